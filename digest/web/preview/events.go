package preview

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// tell sends an event at once and at every change (server-sent events): the generation that pages are to be of, and how far fetching has come.
func (p *Preview) tell(w http.ResponseWriter, r *http.Request) {
	answer := http.NewResponseController(w)
	if err := answer.SetWriteDeadline(time.Time{}); err != nil { // it never ends by itself
		http.Error(w, "events cannot be sent here", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		s, changed := p.see()
		if err := sendEvent(w, s); err != nil {
			return
		}
		if err := answer.Flush(); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-changed:
		}
	}
}

func sendEvent(w http.ResponseWriter, s state) error {
	data, err := json.Marshal(struct {
		Generation int    `json:"generation"`
		Fetching   string `json:"fetching"`
	}{s.generation, s.fetching})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "data: %s\n\n", data)
	return err
}
