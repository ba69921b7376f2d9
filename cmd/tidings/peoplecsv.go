package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/config"
	"tidings/digest"
	"tidings/digest/store"
)

const (
	importBatch   = 500 // rows stored together
	importUnknown = -1  // rows of a file that has not been read
)

func (a *app) subscribersImportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Add the subscribers of a CSV file; - is standard input",
		Long: "Reads what `subscribers export` writes, and what the configuration reads: a header that names the columns email,name,newsletters,tags,timezone in any\n" +
			"order, of which email alone must be there; several newsletters or tags in a cell are separated by semicolons. Each row that is wrong is named with\n" +
			"its line and costs only itself. Nobody who left, is suppressed or was erased is brought back.",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			h, err := a.openPeople(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			in, name := a.stdin, "standard input"
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return wrong("%s cannot be read: %w", args[0], reasonOf(err))
				}
				defer func() { _ = f.Close() }() // it was only read
				in, name = f, args[0]
			}
			return a.importPeople(c.Context(), h, name, in)
		},
	}
}

// importing is an import under way.
type importing struct {
	app      *app
	house    *house
	bar      *progress
	batch    []digest.Subscriber
	done     map[store.Enlisting]int
	rows     int
	mistakes int // rows that could not be read
	refused  int // rows of people who are not to be brought back
}

func (a *app) importPeople(ctx context.Context, h *house, name string, in io.Reader) error {
	im := &importing{app: a, house: h, bar: a.progress("importing", importUnknown), done: map[store.Enlisting]int{}}
	err := im.read(ctx, name, in)
	im.bar.end()
	if im.rows == 0 && im.mistakes > 0 { // it is no such file
		return errors.Join(err, errors.New("nothing was imported"))
	}
	if err == nil || im.rows > 0 {
		im.tell()
	}
	switch {
	case err != nil:
		return err
	case im.mistakes+im.refused > 0:
		return partlyError{fmt.Sprintf("%s imported; what was not is named above", count(im.rows-im.refused, "row"))}
	}
	return nil
}

func (im *importing) read(ctx context.Context, name string, in io.Reader) error {
	for sub, err := range im.house.config.ReadSubscribers(name, in) {
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			im.mistake(err)
			continue
		}
		im.rows++
		im.bar.step()
		if im.batch = append(im.batch, sub); len(im.batch) == importBatch {
			if err := im.store(ctx); err != nil {
				return err
			}
		}
	}
	return im.store(ctx)
}

func (im *importing) mistake(err error) {
	im.mistakes++
	im.bar.note("%v", err)
}

// store enlists the rows that wait.
func (im *importing) store(ctx context.Context) error {
	if len(im.batch) == 0 {
		return ctx.Err()
	}
	done, err := im.house.Store.Enlist(ctx, im.batch, time.Now())
	if err != nil {
		return err
	}
	for i, e := range done {
		im.done[e]++
		if text, good := enlisted(e); !good {
			im.refused++
			im.bar.note("%s: %s", im.batch[i].Email, text)
		}
	}
	im.batch = im.batch[:0]
	return nil
}

// tell says what became of the rows.
func (im *importing) tell() {
	parts := []string{fmt.Sprintf("%s: %d added", count(im.rows+im.mistakes, "row"), im.done[store.EnlistAdded])}
	for _, part := range []struct {
		n    int
		what string
	}{
		{im.done[store.EnlistUpdated], "changed"},
		{im.done[store.EnlistUnchanged], "as they were"},
		{im.done[store.EnlistChose], "left as they chose"},
		{im.refused, "not brought back"},
		{im.mistakes, "wrong"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	im.app.say("%s", strings.Join(parts, ", "))
}

func (a *app) subscribersExportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export [ADDRESS]",
		Short: "Print the subscribers as CSV, or all that is stored of one as JSON",
		Long: "Prints those who get something now as CSV, which `subscribers import` and the configuration read. Sections that somebody unfollowed, pauses and languages\n" +
			"have no column there; with an address, everything that is stored of that person is printed as JSON.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			var email string
			if len(args) > 0 {
				var err error
				if email, err = config.Address(args[0]); err != nil {
					return wrongError{err}
				}
			}
			h, err := a.openToRead(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			if email == "" {
				return a.exportPeople(c.Context(), h)
			}
			all, err := h.Store.Dossier(c.Context(), email)
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("nothing is stored of %s", email)
			}
			if err != nil {
				return err
			}
			return a.printJSON(all)
		},
	}
}

func (a *app) exportPeople(ctx context.Context, h *house) error {
	out := bufio.NewWriter(a.stdout)
	rows := config.NewSubscriberWriter(out)
	now := time.Now()
	for p, err := range h.Store.People(ctx) {
		if err != nil {
			return err
		}
		if s := p.Status(now); s != store.StatusActive && s != store.StatusPaused {
			continue
		}
		sub := p.Subscriber
		if len(p.Left) > 0 || len(sub.Newsletters) > 0 {
			if sub.Newsletters = h.takes(p); len(sub.Newsletters) == 0 {
				continue
			}
		}
		if sub.Tags = slices.DeleteFunc(slices.Clone(sub.Tags), func(tag string) bool { return !p.Follows(tag) }); len(sub.Tags) == 0 && len(p.Tags) > 0 {
			continue // an empty cell would mean every section
		}
		if err := rows.Write(sub); err != nil {
			return err
		}
	}
	return errors.Join(rows.Flush(), out.Flush())
}
