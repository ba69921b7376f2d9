package run

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	tmail "tidings/digest/mail"
)

// What a form's message says to a reader is what one built whole says.
func TestAFormSaysWhatTheMessageSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Go"), item("Beta", 2*time.Hour)))
	h.collect()
	is := h.compose(ComposeOptions{}).Issue
	man, err := h.postman(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []digest.Delivery{
		{Subscriber: "s1", Email: "ada@example.com", Name: "Ada", Due: friday()},
		{Subscriber: "s2", Email: "a+b=c@xn--mnchen-3ya.example", Name: `Ann "the <b>reader</b>" O'Hara, Jr. =?utf-8?q?x?=`, Due: friday()},
		{Subscriber: "s3", Email: strings.Repeat("x", 64) + "@example.com", Name: strings.Repeat("Ø ", 60), Due: friday(), Selection: digest.Selection{Tags: []string{"go"}}},
		{Subscriber: "s4", Email: "nobody@example.com", Due: friday()},
	} {
		v, err := man.variant(&is, d.Selection)
		if err != nil {
			t.Fatal(err)
		}
		j := man.job(&is, v, d)
		raw, err := j.Form.Bytes(j.Blanks)
		if err != nil {
			t.Fatal(err)
		}
		again, err := man.variant(&is, d.Selection)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := again.form.Bytes(man.job(&is, again, d).Blanks); err != nil || !bytes.Equal(raw, second) {
			t.Errorf("%s: a second try sends other bytes, %v", d.Email, err)
		}
		m, err := man.message(&is, d)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := tmail.Bytes(m)
		if err != nil {
			t.Fatal(err)
		}
		got, want := readLetter(t, raw), readLetter(t, whole)
		if got.text != want.text || got.html != want.html {
			t.Errorf("%s: the bodies differ", d.Email)
		}
		for field := range want.Header {
			if field != "Content-Type" && got.Get(field) != want.Get(field) { // boundaries are the form's own
				t.Errorf("%s: %s is %q, want %q", d.Email, field, got.Get(field), want.Get(field))
			}
		}
		if len(got.Header) != len(want.Header) {
			t.Errorf("%s: %d fields, want %d", d.Email, len(got.Header), len(want.Header))
		}
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	var all []digest.Delivery
	for i := range 8 {
		all = append(all, digest.Delivery{Email: fmt.Sprintf("%d@large.example", i)})
	}
	for i := range 4 {
		all = append(all, digest.Delivery{Email: fmt.Sprintf("%d@Middle.example", i)})
	}
	all = append(all, digest.Delivery{Email: "0@small.example"})
	var order strings.Builder
	for _, d := range spread(all) {
		order.WriteString(domainOf(d.Email)[:1])
	}
	if strings.Contains(order.String(), "llll") || strings.Contains(order.String(), "mm") {
		t.Errorf("order %s", order.String())
	}
	if got := spread(all); got[0].Email != "0@large.example" || len(got) != len(all) {
		t.Errorf("%v", got)
	}
}

// What goes back while more is being claimed is claimed again, although that claim finds nothing.
func TestStockIsClaimedAgain(t *testing.T) {
	t.Parallel()
	found, goOn := make(chan bool), make(chan bool)
	claims := 0
	s := newStock(func(int) ([]digest.Delivery, error) {
		claims++ // never twice at once
		switch claims {
		case 1, 3:
			return []digest.Delivery{{ID: "a"}}, nil
		case 2:
			found <- false
			<-goOn
		}
		return nil, nil
	})
	a := s.take(t.Context())
	<-found
	s.refill()
	goOn <- true
	if d := s.take(t.Context()); d != nil {
		t.Fatalf("%+v", d)
	}
	if !s.more() {
		t.Fatal("nothing more, although something came back")
	}
	if d := s.take(t.Context()); d == nil || d.ID != a.ID {
		t.Errorf("%+v", d)
	}
	if s.rest(); s.more() {
		t.Error("more, although all was taken")
	}
}

// Nobody's variant is rendered twice, however many are kept, and no more than the room allows are.
func TestVariantsKeepToTheirRoom(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Go"), item("Beta", 2*time.Hour, "Rust"), item("Gamma", 3*time.Hour, "C")))
	h.collect()
	is := h.compose(ComposeOptions{}).Issue
	man, err := h.postman(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	vs := newVariants(man)
	first, err := vs.of(&is, digest.Delivery{Selection: digest.Selection{Tags: []string{"Go"}}})
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := vs.of(&is, digest.Delivery{Selection: digest.Selection{Tags: []string{"go", "GO"}}}); again != first {
		t.Error("the same tags are another variant")
	}
	vs.room = first.size + first.size/2
	for _, tag := range []string{"Rust", "C", "Rust"} {
		if _, err := vs.of(&is, digest.Delivery{Selection: digest.Selection{Tags: []string{tag}}}); err != nil {
			t.Fatal(err)
		}
	}
	if vs.size > vs.room || vs.used.Len() != 1 || len(vs.by) != 1 {
		t.Errorf("%d bytes in %d variants, and there is room for %d", vs.size, vs.used.Len(), vs.room)
	}
	if again, _ := vs.of(&is, digest.Delivery{Selection: digest.Selection{Tags: []string{"Go"}}}); again == first {
		t.Error("what was given up is still there")
	}
	if _, err := vs.of(&is, digest.Delivery{Selection: digest.Selection{Tags: []string{"Cobol"}}}); err == nil {
		t.Error("an edition of nothing was rendered")
	}
}

// A delivery that another process took back, and we claimed again, has two messages. What becomes of one is not taken for what becomes of the other.
func TestADeliveryThatWasClaimedTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.collect()
	is := h.compose(ComposeOptions{}).Issue
	p, err := h.newPass(t.Context(), is.ID, DeliverOptions{}, h.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	claimed, err := p.claim(1)
	if err != nil || len(claimed) != 1 {
		t.Fatal(claimed, err)
	}
	first, second := p.prepare(claimed[0]), p.prepare(claimed[0])
	if !p.Begin(first) || p.Begin(second) {
		t.Fatal("one of two messages of a delivery is sent, and the other is not")
	}
	p.Done(first, nil)
	p.Done(second, &digest.Refusal{Stage: digest.StageData, Text: "withdrawn"})
	p.settling.Wait()
	tally, err := h.Store.Tally(t.Context(), is.ID)
	if err != nil || tally[digest.Sent] != 1 {
		t.Errorf("%v, want one that is sent; %v", tally, err)
	}
}
