// Package mail makes of a message an accepted message: its MIME form, the dialogue with the relay over connections that
// are kept, and the Maildir that stands in for a relay.
//
// What is not accepted comes back as a *digest.Refusal, which says at which step it failed and in the server's words; no
// error ever holds the password.
package mail
