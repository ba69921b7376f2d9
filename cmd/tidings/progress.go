package main

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/schollz/progressbar/v3"
)

// progress shows how far a long step has come: a bar on a terminal, and elsewhere the lines that are worth keeping.
type progress struct {
	app   *app
	bar   *progressbar.ProgressBar // nil without a terminal
	lines *paceLines               // nil if the step has none
	done  bool
}

// progress begins a step of so many things; -1 if that is not known.
func (a *app) progress(what string, total int) *progress {
	return a.bar(what, total, progressbar.OptionSetPredictTime(false))
}

// sending begins to show a delivery: with its rate and the time left.
func (a *app) sending(total int) *progress {
	options := []progressbar.Option{progressbar.OptionSetPredictTime(true)}
	const wide = 70 // columns, in which the rate has room
	if a.width >= wide {
		options = append(options, progressbar.OptionShowIts(), progressbar.OptionSetItsString("messages"))
	}
	p := a.bar("sending", total, options...)
	if p.bar == nil {
		p.lines = &paceLines{total: total, began: time.Now(), told: time.Now()}
	}
	return p
}

func (a *app) bar(what string, total int, more ...progressbar.Option) *progress {
	p := &progress{app: a}
	if a.terminal != nil && total != 0 {
		p.bar = progressbar.NewOptions(total, append(more,
			progressbar.OptionSetWriter(a.terminal),
			progressbar.OptionSetDescription(what),
			progressbar.OptionSetWidth(30),
			progressbar.OptionShowCount(),
			progressbar.OptionThrottle(65*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)...)
		_ = p.bar.RenderBlank() // the clock of the rate begins here
	}
	return p
}

// set says how many are done.
func (p *progress) set(done int) {
	if p.bar != nil {
		_ = p.bar.Set(done)
	}
	if p.lines != nil {
		if line := p.lines.at(done, time.Now()); line != "" {
			p.app.warn("%s", line)
		}
	}
}

// paceLines tell of a delivery where there is no terminal.
type paceLines struct {
	total       int
	began, told time.Time
}

// pause is how long nothing is told.
const pause = 30 * time.Second

// at is the line that is due, if one is.
func (l *paceLines) at(done int, now time.Time) string {
	if now.Sub(l.told) < pause || done == 0 {
		return ""
	}
	l.told = now
	rate := float64(done) / now.Sub(l.began).Seconds()
	left := time.Duration(float64(max(l.total-done, 0)) / rate * float64(time.Second)).Round(time.Second)
	return fmt.Sprintf("sending: %s of %s, %.0f messages/s, %s left", humanize.Comma(int64(done)), humanize.Comma(int64(l.total)), rate, left)
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
