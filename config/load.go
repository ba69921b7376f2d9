package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"tidings/digest"
)

// Load reads the configuration at path and the files that it names. The error is Errors: everything that is wrong, not
// only what was found first. With an error, the Config has Path, Files and Folders alone, as far as they are known: an edit there may put
// it right.
func Load(path string) (*Config, error) {
	data, err := readFile(path, maxYAML)
	if err != nil {
		hint := ""
		if errors.Is(err, fs.ErrNotExist) {
			hint = "`tidings init` writes a new one"
		}
		return &Config{Path: path, Files: []string{path}}, Errors{{File: path, Message: fmt.Sprintf("the configuration cannot be read: %v", err), Hint: hint}}
	}
	return read(path, data, os.LookupEnv)
}

// loader makes a Config of a document, noun by noun.
type loader struct {
	decoder
	dir    string // of the file: relative paths begin here
	config Config
	feeds  map[string]place // where each feed is named, by feedKey
}

func read(path string, data []byte, lookup func(string) (string, bool)) (*Config, error) {
	l, err := load(path, data, lookup)
	if err != nil {
		return &Config{Path: path, Files: l.config.Files, Folders: l.config.Folders}, err
	}
	return &l.config, nil
}

// load reads a configuration and keeps what is known of where its values stand, also if it has mistakes.
func load(path string, data []byte, lookup func(string) (string, bool)) (*loader, error) {
	data = []byte(unixLines(withoutBOM(data)))
	src := newSource(path, data)
	l := &loader{
		decoder: decoder{report: &report{}, src: src, lookup: lookup, at: map[any]place{}},
		dir:     filepath.Dir(path),
		config:  Config{Path: path, Files: []string{path}},
		feeds:   map[string]place{},
	}
	var doc document
	if root := l.parse(src, data); root != nil {
		l.decode(root, reflect.ValueOf(&doc).Elem(), field{}, place{src: src})
		l.build(&doc)
	}
	if len(l.problems) > 0 {
		return l, sorted(l.problems, l.config.Files)
	}
	return l, nil
}

// build takes over what the document says. Names come before those who refer to them.
func (l *loader) build(doc *document) {
	c := &l.config
	c.Site = digest.Site{URL: string(doc.Site.URL), Address: string(doc.Site.Address)}
	for _, text := range doc.Site.Proxies {
		if prefix, err := readNetwork(string(text)); err == nil { // else it is refused
			c.Proxies = append(c.Proxies, prefix)
		}
	}
	c.Listen, c.Monitor = string(doc.Site.Listen), string(doc.Metrics.Listen)
	if c.Monitor != "" && c.Monitor == c.Listen {
		l.refuse(&doc.Metrics.Listen, "give it a port of its own", "metrics.listen is where the pages are served, which the world reaches")
	}
	c.StorePath = l.resolve(filePath(doc.Store))
	c.Fetch = Fetch{
		Every: time.Duration(doc.Fetch.Every), Timeout: time.Duration(doc.Fetch.Timeout),
		Connections: doc.Fetch.Connections, AllowPrivate: doc.Fetch.AllowPrivate, AlertAfter: time.Duration(doc.Fetch.AlertAfter),
	}
	c.Admin, c.Keep = doc.Admin.Address, time.Duration(doc.Keep)
	l.buildTransport(doc)
	l.buildBounces(&doc.Bounces)
	l.buildFeeds(doc.Feeds)
	l.buildTags(doc.Tags)
	l.buildNewsletters(doc.Newsletters)
	l.checkSigners(doc.SMTP)
	l.buildSubscribers(doc.Subscribers)
	for key, empty := range map[string]bool{"feeds": len(c.Feeds) == 0, "newsletters": len(c.Newsletters) == 0, "subscribers": len(c.Subscribers) == 0} {
		if empty {
			l.warn("there are no %s", key)
		}
	}
	slices.Sort(c.Warnings)
	if u, err := url.Parse(c.Site.URL); err == nil && isLoopback(u.Hostname()) && c.SMTP != nil && len(c.SMTP.Relays) > 0 && !isLoopback(c.SMTP.Relays[0].Host) {
		l.warn("site.url is a loopback address, which nobody who gets mail through %s can reach", c.SMTP.Relays[0].Host)
	}
	if c.Site.URL == "" {
		l.warn("without site.url messages carry no link to unsubscribe with one click, which bulk senders need (RFC 8058): List-Unsubscribe is a mailto: alone")
	}
}

func (l *loader) warn(format string, args ...any) {
	l.config.Warnings = append(l.config.Warnings, fmt.Sprintf(format, args...))
}

// refuse notes a problem at the place where a value was written.
func (l *loader) refuse(value any, hint, format string, args ...any) {
	l.add(l.where(value), fmt.Sprintf(format, args...), hint)
}

// where is the place of a value of the document, given its address.
func (l *loader) where(value any) place {
	if p, ok := l.at[value]; ok {
		return p
	}
	return place{src: l.src}
}

// written is a value as its file has it: what comes from the environment is not shown.
func (l *loader) written(value any) string { return l.where(value).written }

// given tells whether a key was written.
func (l *loader) given(value any) bool {
	_, ok := l.at[value]
	return ok
}

// resolve makes a path of the file one of the program.
func (l *loader) resolve(p filePath) string {
	switch {
	case p == "":
		return ""
	case filepath.IsAbs(string(p)):
		return filepath.Clean(string(p))
	}
	return filepath.Join(l.dir, string(p))
}

// openFolder is the path of a folder that the document names, and notes the problem if it is none.
func (l *loader) openFolder(p *filePath) string {
	path := l.resolve(*p)
	if !slices.Contains(l.config.Folders, path) {
		l.config.Folders = append(l.config.Folders, path)
	}
	switch info, err := os.Stat(path); {
	case err != nil:
		l.refuse(p, "", "%s: the folder %s cannot be read: %v", l.where(p).key, path, reason(err))
	case !info.IsDir():
		l.refuse(p, "", "%s: %s is a file; a folder is wanted", l.where(p).key, path)
	}
	return path
}

// open reads a file that the document names, and notes the problem if it cannot.
func (l *loader) open(p *filePath, most int64) (path string, data []byte, ok bool) {
	path = l.resolve(*p)
	l.config.Files = append(l.config.Files, path)
	data, err := readFile(path, most)
	if err != nil {
		l.refuse(p, "", "%s: %s cannot be read: %v", l.where(p).key, path, err)
		return path, nil, false
	}
	return path, data, true
}
