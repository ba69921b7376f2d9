// Package templates turns an edition of an issue into what a reader sees: the HTML and the text of a
// message, its subject, the page on the web, and the small pages around them.
//
// The look lives in files: theme.css holds every colour and font, inline.css the styles that are
// written onto the elements when a Set is loaded, head.css the few that only a <style> can say, and
// the .tmpl files the words' places. Load inlines, parses and tries them once; rendering a message is
// then a plain run of html/template and text/template.
//
// Nothing from a feed is trusted: every string is cleaned of control and direction characters, every
// address is checked, and html/template escapes the rest.
package templates
