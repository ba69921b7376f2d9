package config

import "tidings/digest"

// The structs below are tidings.yaml as it is written. One reader decodes them and one writer makes the JSON Schema of
// them, both by reflection over their tags:
//
//	yaml     the key
//	doc      what the key means, for the schema
//	default  what holds without the key, as it would be written
//	enum     the words allowed
//	min, max the bounds of a number or a duration
//	need     "true": the key must be there
//	form     "short": a bare scalar in place of the mapping is this key
//	         "alone": a variant of the mapping, which has no other key
//	         "single": a list of which one item may be written without the list

type document struct {
	Site        siteDoc         `yaml:"site" doc:"Where the web pages are reached, and who stands behind them."`
	Store       storePath       `yaml:"store" default:"tidings.db" doc:"The SQLite file that remembers articles, issues and deliveries."`
	SMTP        []smtpDoc       `yaml:"smtp" form:"single" doc:"The relay that messages go through, or a list: each stands in for those before it, or with weight they share the messages. Without it and without outbox, sends are rehearsals into ./outbox, which consume nothing."`
	Outbox      filePath        `yaml:"outbox" doc:"A Maildir that takes the place of smtp: messages written there count as sent."`
	Fetch       fetchDoc        `yaml:"fetch" doc:"How feeds are asked for."`
	Feeds       []feedDoc       `yaml:"feeds" doc:"The feeds: RSS, Atom or JSON Feed, or pages that name one."`
	Tags        []tagDoc        `yaml:"tags" doc:"The sections of the digest, in order. Without this list, sections form from the articles' own tags, the most frequent first."`
	Newsletters []newsletterDoc `yaml:"newsletters" doc:"What is sent, and when."`
	Subscribers []subscriberDoc `yaml:"subscribers" doc:"Who gets it. One address is one subscriber, whatever its case; whoever unsubscribed stays unsubscribed."`
	Bounces     bouncesDoc      `yaml:"bounces" doc:"Where messages come back to that could not be delivered after all, and complaints of readers."`
	Metrics     metricsDoc      `yaml:"metrics" doc:"Where the program is watched. Without it, nowhere."`
	Admin       mailbox         `yaml:"admin" doc:"Who hears of feeds that stay broken and of issues that are paused."`
	Keep        span            `yaml:"keep" default:"400d" min:"30d" max:"36500d" doc:"How long issues and the records of their deliveries are kept."`
}

type siteDoc struct {
	URL     siteURL    `yaml:"url" doc:"Where the pages are reached from outside: https, except on a loopback host. Links to unsubscribe and to read online need it."`
	Listen  listenAddr `yaml:"listen" default:"127.0.0.1:8080" doc:"Where the pages are served: host:port."`
	Proxies []network  `yaml:"trusted_proxies" doc:"The proxies in front of the pages, as IP addresses or networks such as 10.0.0.0/8: their X-Forwarded-For says who a visitor is, by which sign-ups are limited. This machine is always trusted."`
	Address line       `yaml:"address" doc:"The postal address printed in every footer. Many countries ask for one."`
}

type metricsDoc struct {
	Listen listenAddr `yaml:"listen" need:"true" doc:"Where /metrics (for Prometheus), /healthz and /readyz are served: host:port, which the world should not reach."`
}

type smtpDoc struct {
	Host         hostName `yaml:"host" need:"true" doc:"The relay's name or IP address."`
	Port         int      `yaml:"port" min:"1" max:"65535" doc:"Without it 587; 465 with tls: implicit, 25 with tls: none."`
	TLS          string   `yaml:"tls" enum:"starttls,implicit,none" default:"starttls" doc:"How the connection is protected. starttls never falls back to clear text."`
	Username     line     `yaml:"username" doc:"For a login; password or password_file goes with it."`
	Password     secret   `yaml:"password" doc:"Best taken from the environment: ${SMTP_PASSWORD}."`
	PasswordFile filePath `yaml:"password_file" doc:"A file that holds the password."`
	Connections  int      `yaml:"connections" default:"10" min:"1" max:"500" doc:"How many connections at a time, at most."`
	GiveUpAfter  span     `yaml:"give_up_after" default:"5d" min:"1h" max:"30d" doc:"A message that could not be delivered so long after it was due expires."`
	OnUnknown    string   `yaml:"on_unknown" enum:"resend,hold" default:"resend" doc:"What becomes of a message whose server never answered: sent again, or held for you."`

	MessagesPerConnection int       `yaml:"messages_per_connection" default:"100" min:"1" max:"10000" doc:"A connection carries so many messages, then a new one is made."`
	Rate                  []rate    `yaml:"rate" form:"single" doc:"The relay gets no more messages than this: 14/s, or a list such as [14/s, 10000/day]. Counts of an hour and a day outlast restarts."`
	PerDomain             []rate    `yaml:"per_domain" form:"single" doc:"No more messages than this to the addresses of any one domain."`
	Weight                int       `yaml:"weight" min:"1" max:"1000" doc:"The relay's share of the messages, where several have a weight."`
	DKIM                  []dkimDoc `yaml:"dkim" form:"single" doc:"The key that messages are signed with, or a list, such as an RSA and an Ed25519 key."`
}

type dkimDoc struct {
	Domain   hostName `yaml:"domain" need:"true" doc:"The domain that signs: that of the newsletters' from, or one above it."`
	Selector hostName `yaml:"selector" need:"true" doc:"The name of the key: its record stands at SELECTOR._domainkey.DOMAIN."`
	KeyFile  filePath `yaml:"key_file" need:"true" doc:"The private key as PEM: RSA of 2048 bits or more, or Ed25519."`
}

type bouncesDoc struct {
	ReturnPath address `yaml:"return_path" doc:"The envelope sender. Every message gets a mark of its own behind it, as bounce+mark@news.example.com: its server must deliver such addresses to one place."`
	IMAP       imapDoc `yaml:"imap" doc:"A mailbox, for this alone, that the daemon reads. Reports that were understood are deleted from it; anything else is flagged and stays."`
}

type imapDoc struct {
	Host         hostName `yaml:"host" need:"true" doc:"The name or IP address of the IMAP server."`
	Port         int      `yaml:"port" min:"1" max:"65535" doc:"Without it 993; 143 with tls: starttls or none."`
	TLS          string   `yaml:"tls" enum:"implicit,starttls,none" default:"implicit" doc:"How the connection is protected. starttls never falls back to clear text."`
	Username     line     `yaml:"username" need:"true" doc:"For the login; password or password_file goes with it."`
	Password     secret   `yaml:"password" doc:"Best taken from the environment: ${IMAP_PASSWORD}."`
	PasswordFile filePath `yaml:"password_file" doc:"A file that holds the password."`
	Mailbox      line     `yaml:"mailbox" default:"INBOX" doc:"The folder that the reports are in."`
	Every        span     `yaml:"every" default:"5m" min:"30s" max:"1d" doc:"How often it is looked into."`
}

type fetchDoc struct {
	Every        span `yaml:"every" default:"1h" min:"1m" max:"30d" doc:"The shortest time between two requests to a feed."`
	Timeout      span `yaml:"timeout" default:"20s" min:"1s" max:"10m" doc:"For one whole request."`
	Connections  int  `yaml:"connections" default:"16" min:"1" max:"500" doc:"How many hosts are asked at a time."`
	AllowPrivate bool `yaml:"allow_private" default:"false" doc:"Whether feeds may stand on private and loopback addresses."`
	AlertAfter   span `yaml:"alert_after" default:"3d" min:"1h" max:"30d" doc:"How long a feed is broken before admin hears of it."`
}

type feedDoc struct {
	URL       feedURL                    `yaml:"url" need:"true" form:"short" doc:"Address of the feed, or of a page that names its feed. The short form of a feed is this address alone."`
	Title     line                       `yaml:"title" doc:"Your name for the feed, in place of its own."`
	Tags      []line                     `yaml:"tags" doc:"Tags that every article of the feed gets."`
	Include   []pattern                  `yaml:"include" doc:"Only articles in which one of these is found."`
	Exclude   []pattern                  `yaml:"exclude" doc:"Articles in which one of these is found are left out."`
	Headers   map[headerName]headerValue `yaml:"headers" doc:"HTTP headers sent with every request, such as Authorization. Best taken from the environment: ${BLOG_TOKEN}."`
	Every     span                       `yaml:"every" min:"1m" max:"30d" doc:"The shortest time between two requests, in place of fetch.every."`
	Timeout   span                       `yaml:"timeout" min:"1s" max:"10m" doc:"For one whole request, in place of fetch.timeout."`
	UserAgent headerValue                `yaml:"user_agent" doc:"The User-Agent header, in place of Tidings' own."`
	OPML      filePath                   `yaml:"opml" form:"alone" doc:"An OPML file of feeds, as feed readers export it: its folders become tags."`
	FullText  string                     `yaml:"full_text" enum:"auto,always,never" default:"auto" doc:"Whether the pages of new articles are read for their text: where the feed gives too little, always, or never."`
}

type tagDoc struct {
	Name    line          `yaml:"name" need:"true" doc:"The tag, as its section is headed."`
	Also    []line        `yaml:"also" doc:"Tags of feeds and articles that mean this one."`
	Match   []pattern     `yaml:"match" doc:"Words in an article's title or text that mean it."`
	Hide    bool          `yaml:"hide" default:"false" doc:"Never shown: its articles go by their next tag."`
	Summary tagSummaryDoc `yaml:"summary" doc:"Who writes the summaries of its articles."`
	Rest    line          `yaml:"rest" form:"alone" doc:"The section of articles that no tag took; the last of the list. Without it they are dropped."`
}

type newsletterDoc struct {
	Name        slug        `yaml:"name" need:"true" doc:"Its name in commands and links: letters, digits, - and _."`
	Title       line        `yaml:"title" need:"true" doc:"Its name for readers."`
	From        mailbox     `yaml:"from" need:"true" doc:"The sender: Name <address>."`
	ReplyTo     mailbox     `yaml:"reply_to" doc:"Where answers go, in place of from."`
	Subject     subject     `yaml:"subject" default:"{{.Title}}: {{.Lead.Title}}" doc:"A text/template over .Title, .Number, .Count and .Lead.Title."`
	Schedule    schedule    `yaml:"schedule" doc:"When: five fields of cron, or @daily, @weekly and the like. Without it the newsletter is sent by hand."`
	Timezone    zone        `yaml:"timezone" default:"UTC" doc:"The time zone of the schedule, such as Europe/London."`
	MaxLateness span        `yaml:"max_lateness" default:"12h" min:"1m" max:"365d" doc:"An issue that was missed is made up for within this time; later it is skipped, which is said."`
	Tags        []line      `yaml:"tags" doc:"The sections it has, in order. Without the list: all."`
	MinArticles int         `yaml:"min_articles" default:"1" min:"1" max:"1000" doc:"Fewer new articles are no issue: they wait for the next."`
	Limit       limitDoc    `yaml:"limit" doc:"How much one issue shows."`
	Summary     summaryDoc  `yaml:"summary" doc:"How long the summary of an article is."`
	Images      string      `yaml:"images" enum:"lead,none,remote" default:"lead" doc:"Pictures: the lead story's, embedded; none; or the lead story's, loaded from its publisher, if that is over https."`
	Language    languageTag `yaml:"language" default:"en" doc:"The language of the words around the articles."`
	Sections    sectionsDoc `yaml:"sections" doc:"What the sections look like."`
	Private     bool        `yaml:"private" default:"false" doc:"No page names it: nobody can sign up for it, and its issues are not listed. Only whom you subscribe gets it."`
	Templates   filePath    `yaml:"templates" doc:"A folder of files that take the place of built-in templates of the same name; tidings templates export writes those to begin with."`
}

type limitDoc struct {
	Articles int `yaml:"articles" default:"40" min:"0" max:"1000" doc:"Articles in an issue; 0 is no limit."`
	PerTag   int `yaml:"per_tag" default:"8" min:"0" max:"1000" doc:"Articles in a section; 0 is no limit."`
}

type sectionsDoc struct {
	Lead bool `yaml:"lead" default:"false" doc:"Whether a section opens with a sentence or two over its articles, each of which leads to its article."`
}

type summaryDoc struct {
	Chars     int      `yaml:"chars" min:"40" max:"5000" doc:"Whole sentences within so many characters, the best together. 300 without chars and sentences."`
	Sentences int      `yaml:"sentences" min:"1" max:"50" doc:"So many sentences, in place of chars."`
	Model     modelDoc `yaml:"model" doc:"A model that may write the summaries, behind any OpenAI-compatible chat endpoint. The texts of articles leave this host. What it writes is checked, and mail never waits for it."`
}

type tagSummaryDoc struct {
	Model modelDoc `yaml:"model" doc:"A model that may write the summaries of the articles whose section this is, in every newsletter and in place of the newsletter's: their texts alone leave this host."`
}

type modelDoc struct {
	URL          modelURL `yaml:"url" need:"true" doc:"The endpoint, up to its version: https://api.example.com/v1. It is https, except on a loopback or private address."`
	Name         line     `yaml:"name" need:"true" doc:"The model's name, as the endpoint knows it."`
	KeyFile      filePath `yaml:"key_file" doc:"A file that holds the key, on one line."`
	CallsPerDay  int      `yaml:"calls_per_day" default:"500" min:"1" max:"1000000" doc:"At most so many calls a day, in UTC."`
	TokensPerDay int      `yaml:"tokens_per_day" default:"1000000" min:"1000" max:"1000000000" doc:"No more calls once a day's cost so many tokens."`
}

type subscriberDoc struct {
	Email       address  `yaml:"email" need:"true" form:"short" doc:"The address. The short form of a subscriber is this address alone."`
	Name        line     `yaml:"name" doc:"The subscriber's name."`
	Newsletters []line   `yaml:"newsletters" doc:"The newsletters wanted. Without the list: all."`
	Tags        []line   `yaml:"tags" doc:"The sections wanted. Without the list: all."`
	File        filePath `yaml:"file" form:"alone" doc:"A CSV file of subscribers, with the header email,name,newsletters,tags,timezone; several newsletters or tags in a cell are separated by semicolons."`
	Timezone    zone     `yaml:"timezone" doc:"The time zone by whose clock the newsletters come, such as America/New_York. Without it: the newsletter's."`
}

// tagNames are the names of the rules.
func tagNames(t digest.Taxonomy) []string {
	names := make([]string, len(t.Rules))
	for i, r := range t.Rules {
		names[i] = r.Name
	}
	return names
}
