package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long step has come: a bar on a terminal, and elsewhere the lines that are worth keeping.
type progress struct {
	app  *app
	bar  *progressbar.ProgressBar // nil without a terminal
	done bool
}

// progress begins a step of so many things; -1 if that is not known.
func (a *app) progress(what string, total int) *progress {
	p := &progress{app: a}
	if a.terminal != nil && total != 0 {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(a.terminal),
			progressbar.OptionSetDescription(what),
			progressbar.OptionSetWidth(30),
			progressbar.OptionShowCount(),
			progressbar.OptionThrottle(65*time.Millisecond),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(false),
		)
	}
	return p
}

// set says how many are done.
func (p *progress) set(done int) {
	if p.bar != nil {
		_ = p.bar.Set(done)
	}
}

// step says that one more is done.
func (p *progress) step() {
	if p.bar != nil {
		_ = p.bar.Add(1)
	}
}

// note prints a line above the bar, to standard error.
func (p *progress) note(format string, args ...any) {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	p.app.warn(format, args...)
}

// end removes the bar; what was never begun has none.
func (p *progress) end() {
	if p == nil {
		return
	}
	if p.bar != nil {
		_ = p.bar.Finish()
	}
	p.done = true
}

// ended tells whether the step is over, or was never begun.
func (p *progress) ended() bool { return p == nil || p.done }
