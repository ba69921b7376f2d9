// Package preview shows the next issue of a newsletter in a browser before anybody gets it: each edition, as HTML in several widths, light and
// dark, as text, and with its header. The page follows what it is told of new configurations, templates and articles, and shows what is wrong
// with them in place of an issue that cannot be made.
//
// It is for one person at the same machine: it answers only under loopback names, so that no page of the web can read it by way of a
// name that is made to point here (DNS rebinding). A message is shown in a sandbox without scripts, and nothing in it is loaded from elsewhere. GET
// changes nothing. The page works without scripts too; then it is reloaded by hand.
package preview
