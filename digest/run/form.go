package run

import (
	"container/list"
	"net/mail"
	"sync"

	"tidings/digest"
	tmail "tidings/digest/mail"
	"tidings/templates"
)

// variant is an edition of an issue as a form, made once for all who read it.
type variant struct {
	form *tmail.Form
	own  templates.Own
	size int // bytes, about
}

// variant renders an edition with marks in place of what is each reader's own.
func (p postman) variant(is *digest.Issue, sel digest.Selection) (*variant, error) {
	// It differs from the messages' own ids, is as hard to guess, and is the same for the same edition, as its messages' bytes are to be.
	id := p.messageID(is, "edition\x00"+is.Lang+"\x00"+sel.Key())
	reader := templates.Reader{Greeting: tmail.WordsMark(id, 0), Reason: tmail.WordsMark(id, 1)}
	m, own, err := p.render(is, sel, reader, []string{tmail.TokenMark(id, 0), tmail.TokenMark(id, 1)})
	if err != nil {
		return nil, err
	}
	m.ID = id
	form, err := tmail.NewForm(m)
	if err != nil {
		return nil, err
	}
	v := &variant{form: form, own: own, size: len(m.HTML) + len(m.Text)}
	for _, pic := range m.Images {
		v.size += len(pic.Data)
	}
	v.size += v.size / 2 // what encoding adds, at most
	return v, nil
}

// job is a delivery with its variant.
func (p postman) job(is *digest.Issue, v *variant, d digest.Delivery) *tmail.Job {
	greeting, reason := v.own.Greeting(templates.Reader{Name: d.Name}), v.own.Reason(templates.Reader{Email: d.Email})
	j := &tmail.Job{
		Delivery: d,
		Form:     v.form,
		Blanks: tmail.Blanks{
			ID: p.messageID(is, d.Subscriber), To: mail.Address{Name: d.Name, Address: d.Email}, Date: d.Due, Tokens: p.tokens(is, d),
			Words: []tmail.Words{{Text: greeting.Text, HTML: greeting.HTML}, {Text: reason.Text, HTML: reason.HTML}},
		},
	}
	if p.ReturnPath != "" {
		j.ReturnPath = p.signer.ReturnPath(p.ReturnPath, d.ID)
	}
	return j
}

// variants keeps what was rendered, up to a size: those used last.
type variants struct {
	man  postman
	room int // bytes

	mu   sync.Mutex
	size int
	by   map[string]*list.Element // of *shelved, by issue, language and selection
	used list.List                // the last used in front
}

type shelved struct {
	key  string
	size int // 0: it is being rendered
	once sync.Once
	v    *variant
	err  error
}

const variantRoom = 32 << 20

func newVariants(man postman) *variants {
	return &variants{man: man, room: variantRoom, by: map[string]*list.Element{}}
}

// of returns the variant for a delivery. Who asks for one that is just being rendered waits for it; others do not.
func (vs *variants) of(is *digest.Issue, d digest.Delivery) (*variant, error) {
	s := vs.shelf(is.ID + "\x00" + d.Language + "\x00" + d.Key())
	s.once.Do(func() {
		if s.v, s.err = vs.man.variant(is.In(d.Language), d.Selection); s.err == nil {
			vs.weigh(s.key, s.v.size)
		}
	})
	return s.v, s.err
}

func (vs *variants) shelf(key string) *shelved {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	e := vs.by[key]
	if e == nil {
		e = vs.used.PushFront(&shelved{key: key})
		vs.by[key] = e
	}
	vs.used.MoveToFront(e)
	return e.Value.(*shelved)
}

// weigh counts a variant that was rendered, and makes room by giving up those not used for longest.
func (vs *variants) weigh(key string, size int) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	e := vs.by[key]
	if e == nil {
		return // it was given up meanwhile
	}
	e.Value.(*shelved).size = size
	vs.size += size
	for vs.size > vs.room && vs.used.Len() > 1 {
		old := vs.used.Remove(vs.used.Back()).(*shelved)
		delete(vs.by, old.key)
		vs.size -= old.size
	}
}
