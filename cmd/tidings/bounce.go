package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"tidings/digest"
	"tidings/digest/mail/bounce"
)

// exitTemporary tells a mail server to keep the message and to try again (EX_TEMPFAIL of sysexits.h).
const exitTemporary = 75

// temporaryError is trouble that a later try may not have.
type temporaryError struct{ error }

// Unwrap is for package errors.
func (e temporaryError) Unwrap() error { return e.error }

func (a *app) bounceCommand() *cobra.Command {
	var recipient string
	var asJSON bool
	c := &cobra.Command{
		Use:   "bounce",
		Short: "Read one bounce or complaint on standard input",
		Long: "Reads one message on standard input, as a mail server pipes it to a program, and says what it did. A report that a message could not\n" +
			"be delivered marks the delivery as failed; an address that does not exist, and a reader who calls a message spam, get nothing more.\n" +
			"Any other message, and a forged report, change nothing. `tidings run` does the same with a mailbox, if the configuration has bounces.imap.\n\n" +
			"The exit status is 0 for every message that was read, whatever it is, so that the mail server never returns it. It is 75 (EX_TEMPFAIL,\n" +
			"which mail servers know) while the configuration or the store cannot be used: the mail server keeps the message and tries again.",
		Example: "  Postfix, master.cf:      tidings unix - n n - - pipe user=tidings argv=/usr/bin/tidings -c /etc/tidings/tidings.yaml bounce --recipient ${recipient}\n" +
			"           transport_maps:  bounce@news.example.com tidings:        (and recipient_delimiter = + in main.cf)\n" +
			"  Exim, a pipe transport:  command = /usr/bin/tidings -c /etc/tidings/tidings.yaml bounce --recipient $local_part$local_part_suffix@$domain",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if a.typed {
				return wrong("bounce reads a message on standard input: tidings bounce < message.eml")
			}
			b, err := bounce.Read(a.stdin) // first of all: the mail server waits to write it
			if err != nil {
				return temporaryError{err}
			}
			if recipient != "" {
				b.Envelopes = append([]string{recipient}, b.Envelopes...)
			}
			if err := a.takeBounce(c, b, asJSON); err != nil {
				return temporaryError{err}
			}
			return nil
		},
	}
	c.Flags().StringVar(&recipient, "recipient", "", "the address that the message came to, where the mail server does not write it into the header")
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// bounceResult is the shape of bounce --json.
type bounceResult struct {
	Kind       string `json:"kind"` // failed, delayed, complaint, or empty for any other message
	Proven     bool   `json:"proven"`
	Known      bool   `json:"known_before"`
	Newsletter string `json:"newsletter,omitempty"`
	To         string `json:"to,omitempty"`
	Delivery   string `json:"delivery,omitempty"`
	Suppressed bool   `json:"suppressed"`
	Reason     string `json:"reason,omitempty"`
	Summary    string `json:"summary"`
}

func (a *app) takeBounce(c *cobra.Command, b digest.Bounce, asJSON bool) error {
	h, err := a.open(c.Context())
	if err != nil {
		return err
	}
	r, err := h.TakeBounce(c.Context(), b, time.Now())
	if err := errors.Join(err, h.Close()); err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(bounceResult{
			Kind: string(r.Kind), Proven: r.Proven, Known: r.Again, Newsletter: r.Delivery.Newsletter, To: r.Delivery.Email,
			Delivery: r.Delivery.ID, Suppressed: r.Suppressed, Reason: r.Reason, Summary: r.String(),
		})
	}
	a.say("%s", r)
	return nil
}
