package mail

import (
	"context"
	"net/mail"
	"time"

	"tidings/digest"
)

// Blanks are what one reader's message has of its own.
type Blanks struct {
	ID     string // Message-ID, without its angle brackets
	To     mail.Address
	Date   time.Time
	Tokens []string // what stands for TokenMark 0, 1, …: letters, digits, - and _
	Words  []Words  // what stands for WordsMark 0, 1, …
}

// Words are text as it stands in both bodies of a message: folded for format=flowed, and escaped for HTML. Their lines end in LF.
type Words struct{ Text, HTML string }

// Job is one message on its way.
type Job struct {
	Delivery   digest.Delivery // the caller's: Done hands it back
	Form       *Form
	Blanks     Blanks
	ReturnPath string // envelope sender; empty: the address of From

	met   int      // connections that failed before anything was said of it
	unfit []*relay // which cannot take it, as it is
}

// Queue is where connections take their messages from, and whom they tell what became of them. It is safe for concurrent
// use.
type Queue interface {
	// Next is the next message, or nil if there is none, or none for now. It may wait, but not beyond the end of ctx. It is
	// called ahead: the envelope of a message goes out behind the body before it.
	Next(ctx context.Context) *Job
	// Begin is called when the relay waits for the body. It returns true once it is on record that the message may be on
	// the wire, and with it everything that Done was told before. After false, the body is not sent.
	Begin(j *Job) bool
	// Done is told, once for each message of Next, what became of it: nil for accepted, else a *digest.Refusal. It does not
	// wait for the disk.
	Done(j *Job, err error)
}
