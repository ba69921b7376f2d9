package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
)

// dryRun writes the messages of the next issue to files, one for each edition that somebody gets.
func (a *app) dryRun(ctx context.Context, h *house, newsletter string, f sendFlags, since *time.Time) error {
	dir := f.out
	if dir == "" {
		dir = "preview"
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return wrong("%s is a file: the messages are written into a folder; name one with --out", dir)
	}
	got, err := a.collectFor(ctx, h, f)
	if err != nil {
		return err
	}
	c, proofs, err := h.Proofs(ctx, newsletter, since, time.Now())
	if err != nil {
		return err
	}
	s := sent{Newsletter: newsletter, Fetched: got, Empty: c.Empty, Readers: c.Readers}
	for _, p := range proofs {
		path := filepath.Join(dir, fileName(newsletter+"-"+p.Name))
		if err := writeMessage(path, p.Message); err != nil {
			return err
		}
		s.Files = append(s.Files, path+".eml", path+".html", path+".txt")
		s.Articles = max(s.Articles, p.Variant.Articles)
		s.Subject = proofs[0].Message.Subject
		if !f.json {
			a.say("%s.{eml,html,txt}: %q, %s for %s", path, p.Message.Subject, count(p.Variant.Articles, "article"), count(p.Variant.Readers, "reader"))
		}
	}
	switch {
	case f.json:
		err = a.printJSON(s)
	case c.Empty != "":
		a.say("nothing to send: %s", c.Empty)
	default:
		a.say("nothing was sent, and nothing is marked as sent")
	}
	if err != nil {
		return err
	}
	return got.partly()
}

// writeMessage writes path.eml, and what is in it: path.html and path.txt, as they will be sent, and beside them the pictures that the HTML
// shows by cid:.
func writeMessage(path string, m *digest.Message) error {
	raw, err := mail.Bytes(m)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return unwritten(err)
	}
	for _, p := range m.Images {
		if err := writeFile(filepath.Join(dir, fileName(p.CID)), p.Data); err != nil {
			return err
		}
	}
	for _, file := range []struct {
		ending string
		data   []byte
	}{{".eml", raw}, {".html", []byte(m.HTML)}, {".txt", []byte(m.Text)}} {
		if err := writeFile(path+file.ending, file.data); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, data []byte) error {
	if err := os.WriteFile(path, data, 0o644); err != nil { // it is for people to open
		return unwritten(err)
	}
	return nil
}

func unwritten(err error) error {
	return fmt.Errorf("the messages could not be written: %w; name another folder with --out", err)
}
