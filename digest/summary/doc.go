// Package summary makes an article's text its summary: HTML becomes lines of text, lines that nobody wants to read are
// dropped, the rest is split into sentences, and the best of them that fit the budget are chosen.
//
// Everything is deterministic, works in any language without a model, and trusts nothing that it is given: every
// function takes any bytes, in time linear in their number.
package summary
