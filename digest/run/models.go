package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/digest/summary"
)

const (
	modelsTime    = 5 * time.Minute // for all questions of one round
	modelsAtOnce  = 2
	modelFailures = 3 // in a row, after which the endpoint is left alone
	modelRest     = 15 * time.Minute
	modelRestMost = 6 * time.Hour
)

// ModelReport is what models were asked in one round.
type ModelReport struct {
	Taken   int // answers that became summaries
	Refused int // answers that did not
	Failed  int // calls without an answer
	Left    int // questions that nobody was asked: a cap, a pause, or the end of the time
}

// AskModels asks the models of the newsletters and tags for the summaries of what their next issues would show, as far as they have none yet. Compose
// uses what is there by then and never waits. What fails costs nothing: the extractive summary stands.
func (s *Service) AskModels(ctx context.Context, now time.Time) (ModelReport, error) {
	var report ModelReport
	ctx, cancel := context.WithTimeout(ctx, modelsTime)
	defer cancel()
	for _, n := range s.Newsletters {
		if !s.hasModel(n) {
			continue
		}
		open, err := s.openQuestions(ctx, n, now)
		if err != nil {
			return report, fmt.Errorf("ask the model of %s: %w", n.Name, err)
		}
		for len(open) > 0 {
			model := open[0].Model
			questions := slices.DeleteFunc(slices.Clone(open), func(q summary.Question) bool { return q.Model != model })
			open = slices.DeleteFunc(open, func(q summary.Question) bool { return q.Model == model })
			r := s.ask(ctx, model, questions, now)
			report.add(r)
			s.Log.Info("asked a model for summaries", "newsletter", n.Name, "model", model.Name, "taken", r.Taken, "refused", r.Refused, "failed", r.Failed, "left", r.Left)
		}
	}
	return report, nil
}

func (r *ModelReport) add(o ModelReport) {
	r.Taken += o.Taken
	r.Refused += o.Refused
	r.Failed += o.Failed
	r.Left += o.Left
}

// hasModel tells whether a model may write some of a newsletter's summaries: its own, or a tag's.
func (s *Service) hasModel(n digest.Newsletter) bool {
	return n.Model != digest.Model{} || slices.ContainsFunc(s.Tags.Rules, func(r digest.TagRule) bool { return r.Model != digest.Model{} })
}

// openQuestions is what the models of a newsletter were not asked yet.
func (s *Service) openQuestions(ctx context.Context, n digest.Newsletter, now time.Time) ([]summary.Question, error) {
	_, sel, err := s.assemble(ctx, n, ComposeOptions{Draft: true}, now)
	if err != nil {
		return nil, err
	}
	answers, err := s.Store.ModelAnswers(ctx, hashesOf(sel.questions))
	if err != nil {
		return nil, err
	}
	var open []summary.Question
	for _, q := range sel.questions {
		if _, answered := answers[q.Hash]; !answered && q.Hash != "" {
			open = append(open, q)
			answers[q.Hash] = store.ModelAnswer{} // once is enough
		}
	}
	return open, nil
}

// questionsOf are the questions about items, in their order; those about which there is nothing to ask, or nobody, have no hash.
func (s *Service) questionsOf(n digest.Newsletter, l layout, items []digest.Item, sources []summary.Source) []summary.Question {
	if !s.hasModel(n) {
		return nil
	}
	questions := make([]summary.Question, len(items))
	for i, it := range items {
		if model := cmp.Or(s.Tags.Model(l.section(it.Tags)), n.Model); model != (digest.Model{}) {
			questions[i], _ = summary.NewQuestion(model, sources[i], n.Summary)
		}
	}
	return questions
}

func hashesOf(questions []summary.Question) []string {
	var hashes []string
	for _, q := range questions {
		if q.Hash != "" {
			hashes = append(hashes, q.Hash)
		}
	}
	return hashes
}

// useAnswers gives the items the summaries that a model wrote. An issue never waits for them, nor for the store.
func (s *Service) useAnswers(ctx context.Context, items []digest.Item, questions []summary.Question) {
	if len(questions) == 0 {
		return
	}
	answers, err := s.Store.ModelAnswers(ctx, hashesOf(questions))
	if err != nil {
		s.Log.Error("the summaries of the model cannot be read; the articles' own sentences stand", "error", err)
		return
	}
	for i, q := range questions {
		if a := answers[q.Hash]; a.Summary != "" {
			items[i].Summary = a.Summary
		}
	}
}

// ask asks a model its questions, a few at once, until the endpoint may not be asked any more.
func (s *Service) ask(ctx context.Context, m digest.Model, questions []summary.Question, now time.Time) (report ModelReport) {
	model := summary.NewModel(m)
	defer model.Close()
	began := time.Now()
	outcomes := make(chan *int, len(questions))
	var asking errgroup.Group
	asking.SetLimit(modelsAtOnce)
	for _, q := range questions {
		asking.Go(func() error {
			outcomes <- s.askOne(ctx, model, q, &report, now.Add(time.Since(began)))
			return nil
		})
	}
	_ = asking.Wait() // no summary is worth an error
	close(outcomes)
	for counter := range outcomes {
		*counter++
	}
	return report
}

// askOne asks one question and stores what becomes of it. It returns the count of the report that it belongs to.
func (s *Service) askOne(ctx context.Context, model *summary.Model, q summary.Question, report *ModelReport, now time.Time) *int {
	endpoint := model.URL + " " + model.Name
	keep := context.WithoutCancel(ctx)
	log := s.Log.With("model", model.Name, "article", q.Title())
	if ctx.Err() != nil {
		return &report.Left
	}
	may, err := s.Store.CountModelCall(keep, endpoint, store.ModelLimit{Calls: model.CallsPerDay, Tokens: model.TokensPerDay}, now)
	if err != nil {
		log.Error("a model is not asked, since its calls cannot be counted", "error", err)
		return &report.Left
	}
	if !may {
		return &report.Left
	}
	reply, err := model.Ask(ctx, q)
	switch {
	case err != nil && ctx.Err() != nil: // it was interrupted, and may be well
		return &report.Left
	case err != nil:
		s.modelFailed(keep, log, endpoint, reply, err, now)
		return &report.Failed
	}
	answer, taken := store.ModelAnswer{Hash: q.Hash}, &report.Taken
	if answer.Summary, err = q.Accept(reply); err != nil {
		answer.Refused, taken = err.Error(), &report.Refused
		log.Warn("a model's summary is not taken; the article's own sentences stand", "reason", err)
	}
	if err := s.Store.SaveModelAnswer(keep, endpoint, answer, reply.Tokens, now); err != nil {
		log.Error("a model's summary cannot be stored", "error", err)
	}
	return taken
}

// modelFailed records a call without an answer. After a few in a row the endpoint is left alone, longer each time, or as long as it asks for.
func (s *Service) modelFailed(ctx context.Context, log interface{ Warn(string, ...any) }, endpoint string, reply summary.Reply, cause error, now time.Time) {
	var until time.Time
	_, err := s.Store.FailModelCall(ctx, endpoint, reply.Tokens, func(failures int) time.Time {
		if failed := (*summary.ModelError)(nil); errors.As(cause, &failed) && failed.Rest > 0 {
			until = now.Add(failed.Rest)
		}
		if failures >= modelFailures {
			until = later(until, now.Add(min(modelRest<<min(failures-modelFailures, 10), modelRestMost)))
		}
		return until
	})
	if err != nil {
		s.Log.Error("that a model failed cannot be stored", "error", err)
	}
	about := []any{"reason", cause}
	if !until.IsZero() {
		about = append(about, "left alone until", until)
	}
	log.Warn("a model did not answer; the article's own sentences stand", about...)
}
