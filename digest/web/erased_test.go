package web_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"tidings/digest"
)

// The links in old mails of somebody who was erased do no harm: leaving goes on to be possible, and nothing brings a person without an address back.
func TestLinksOfSomebodyErased(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	ctx := context.Background()
	if known, err := h.store.Erase(ctx, "ada@reader.example", time.Now()); err != nil || !known {
		t.Fatalf("erased: %v, %v", known, err)
	}
	const form = "application/x-www-form-urlencoded"
	preferences := "/p/" + h.signer.Token(digest.PurposePreferences, h.subscriber)
	for _, request := range []struct {
		method, path, body string
		status             int
	}{
		{http.MethodGet, "/u/" + h.token("weekly"), "", http.StatusOK},
		{http.MethodPost, "/u/" + h.token("weekly"), "List-Unsubscribe=One-Click", http.StatusOK},
		{http.MethodPost, "/u/" + h.token("weekly"), "do=undo", http.StatusOK},
		{http.MethodGet, preferences, "", http.StatusNotFound},
		{http.MethodPost, preferences, "newsletters=weekly&shown=weekly", http.StatusNotFound},
	} {
		if status, page, _ := h.do(request.method, request.path, form, request.body); status != request.status {
			t.Errorf("%s %s: %d\n%s", request.method, request.path, status, page)
		}
	}
	if err := h.store.Choose(ctx, h.subscriber, digest.Choice{Take: []string{"weekly"}}, time.Now()); err == nil {
		t.Error("somebody without an address chose")
	}
	if audience, err := h.store.Audience(ctx, "weekly"); err != nil || len(audience) > 0 {
		t.Errorf("the audience is %+v, %v", audience, err)
	}
}
