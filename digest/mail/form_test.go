package mail_test

import (
	"context"
	"fmt"
	netmail "net/mail"
	"sync"
	"testing"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

const formID = "form.Xk29v@news.example.com"

// formed is sample as a form's message.
func formed() *digest.Message {
	m := sample()
	m.ID = formID
	m.List.UnsubscribeURL = "https://news.example.com/u/" + mail.TokenMark(formID, 0)
	m.Text = "The Morning Paper\n\n" + mail.WordsMark(formID, 0) + "\n\n.Stories\n\nLeave:\n" + m.List.UnsubscribeURL + "\n"
	m.HTML = "<p>" + mail.WordsMark(formID, 0) + `</p><p style="color:#333"><a href="` + m.List.UnsubscribeURL + `">Leave</a></p>`
	return m
}

// filled is the same message for one reader, built whole.
func filled(b mail.Blanks) *digest.Message {
	m := sample()
	m.ID, m.To, m.Date = b.ID, b.To, b.Date
	m.List.UnsubscribeURL = "https://news.example.com/u/" + b.Tokens[0]
	m.Text = "The Morning Paper\n\n" + b.Words[0].Text + "\n\n.Stories\n\nLeave:\n" + m.List.UnsubscribeURL + "\n"
	m.HTML = "<p>" + b.Words[0].HTML + `</p><p style="color:#333"><a href="` + m.List.UnsubscribeURL + `">Leave</a></p>`
	return m
}

func blanks(address string) mail.Blanks {
	return mail.Blanks{
		ID: fmt.Sprintf("1f4a.%x@news.example.com", address), To: netmail.Address{Address: address}, Date: sample().Date,
		Tokens: []string{"Tok3n-_of-" + fmt.Sprintf("%x", address)},
		Words:  []mail.Words{{Text: "Hello " + address, HTML: "Hello <b>" + address + "</b>"}},
	}
}

func form(t testing.TB) *mail.Form {
	t.Helper()
	f, err := mail.NewForm(formed())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// queue hands out jobs and keeps what became of them.
type queue struct {
	mu    sync.Mutex
	jobs  []*mail.Job
	begun map[string]int
	done  map[string][]error
}

func newQueue(t testing.TB, addresses ...string) *queue {
	q := &queue{begun: map[string]int{}, done: map[string][]error{}}
	f := form(t)
	for _, a := range addresses {
		q.jobs = append(q.jobs, &mail.Job{Form: f, Blanks: blanks(a)})
	}
	return q
}

func (q *queue) Next(context.Context) *mail.Job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) == 0 {
		return nil
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	return j
}

func (q *queue) Begin(j *mail.Job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.begun[j.Blanks.To.Address]++
	return true
}

func (q *queue) Done(j *mail.Job, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done[j.Blanks.To.Address] = append(q.done[j.Blanks.To.Address], err)
}

func TestFormIsTheMessage(t *testing.T) {
	t.Parallel()
	b := blanks("ann@reader.example")
	raw, err := form(t).Bytes(b)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, raw, true)
	got, want := parse(t, raw), parse(t, mustBytes(t, filled(b)))
	if got.text != want.text || got.html != want.html {
		t.Errorf("got\n%s\nwant\n%s", got.raw, want.raw)
	}
	for field, values := range want.header {
		if field != "Content-Type" && fmt.Sprint(values) != fmt.Sprint(got.header[field]) {
			t.Errorf("%s: %q, want %q", field, got.header[field], values)
		}
	}
}

func TestCarry(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	s.Fault(smtptest.For(digest.StageRcpt, "gone@example.com", "550 5.1.1 nobody"))
	q := newQueue(t, "a@example.com", "gone@example.com", "b@example.com", "c@example.com")
	if err := dial(t, s, nil).Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Messages()); n != 3 {
		t.Errorf("%d messages", n)
	}
	for address, errs := range q.done {
		if len(errs) != 1 || (errs[0] != nil) != (address == "gone@example.com") || q.begun[address] != 1 && errs[0] == nil {
			t.Errorf("%s: %v", address, errs)
		}
	}
}
