package demo

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed content
var content embed.FS

// source is one sample feed: a folder of content.
type source struct {
	Slug        string // the folder's name
	Title       string
	Description string
	Lang        string
	Format      string // rss, latin1, atom, json, wordpress or broken
	Posts       []post // newest first
}

// post is one sample article: a head of "key: value" lines, a line of three hyphens, and HTML.
type post struct {
	Slug    string
	Title   string
	Author  string
	Tags    []string
	Age     time.Duration // before the feed is asked for
	Image   string        // a scene of pictureOf
	Alt     string
	Caption string
	Credit  string
	Excerpt string
	Body    template.HTML // ours, and so trusted
}

// sources reads all sample feeds, in the order of their names.
func sources() ([]source, error) {
	folders, err := fs.ReadDir(content, "content")
	if err != nil {
		return nil, err
	}
	var all []source
	for _, folder := range folders {
		s, err := readSource(folder.Name())
		if err != nil {
			return nil, fmt.Errorf("sample feed %s: %w", folder.Name(), err)
		}
		all = append(all, s)
	}
	return all, nil
}

func readSource(slug string) (source, error) {
	dir := path.Join("content", slug)
	head, _, err := readHead(path.Join(dir, "feed.txt"))
	if err != nil {
		return source{}, err
	}
	s := source{Slug: slug, Title: head["title"], Description: head["description"], Lang: head["lang"], Format: head["format"]}
	names, err := fs.Glob(content, dir+"/*.html")
	if err != nil {
		return source{}, err
	}
	for _, name := range names {
		p, err := readPost(name)
		if err != nil {
			return source{}, fmt.Errorf("%s: %w", name, err)
		}
		s.Posts = append(s.Posts, p)
	}
	slices.SortFunc(s.Posts, func(a, b post) int { return int(a.Age - b.Age) })
	return s, nil
}

func readPost(name string) (post, error) {
	head, body, err := readHead(name)
	if err != nil {
		return post{}, err
	}
	age, err := time.ParseDuration(head["age"])
	if err != nil {
		return post{}, err
	}
	return post{
		Slug:    strings.TrimSuffix(path.Base(name), ".html"),
		Title:   head["title"],
		Author:  head["author"],
		Tags:    strings.Split(head["tags"], ", "),
		Age:     age,
		Image:   head["image"],
		Alt:     head["alt"],
		Caption: head["caption"],
		Credit:  head["credit"],
		Excerpt: head["excerpt"],
		Body:    template.HTML(body), // our own, embedded
	}, nil
}

// readHead parts a file into its head and what follows the hyphens.
func readHead(name string) (head map[string]string, body string, err error) {
	raw, err := fs.ReadFile(content, name)
	if err != nil {
		return nil, "", err
	}
	top, body, _ := strings.Cut(string(raw), "\n---\n")
	head = map[string]string{}
	for line := range strings.Lines(top) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			return nil, "", fmt.Errorf("%q is no line of a head", line)
		}
		head[key] = value
	}
	return head, body, nil
}

// lead is the first paragraph as text.
func (p post) lead() string {
	_, after, _ := strings.Cut(string(p.Body), "<p>")
	first, _, _ := strings.Cut(after, "</p>")
	return first
}
