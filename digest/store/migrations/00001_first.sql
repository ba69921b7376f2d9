-- One text for SQLite and PostgreSQL. Times are BIGINT milliseconds since 1970 UTC, NULL for none; ids are TEXT;
-- lists are JSON in TEXT; bytes are BYTEA, which SQLite takes as a name for any value and keeps as they are.

-- +goose Up

CREATE TABLE secrets (
    name  TEXT  PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE feeds (
    url           TEXT   PRIMARY KEY,
    location      TEXT   NOT NULL,
    title         TEXT   NOT NULL,
    home          TEXT   NOT NULL,
    lang          TEXT   NOT NULL,
    etag          BYTEA  NOT NULL, -- as the server sent it, which need not be UTF-8
    last_modified BYTEA  NOT NULL,
    first_success BIGINT,
    last_try      BIGINT,
    last_success  BIGINT,
    failing_since BIGINT,
    next_fetch    BIGINT,
    retry_after   BIGINT,
    error         TEXT   NOT NULL,
    note          TEXT   NOT NULL,
    failures      BIGINT NOT NULL,
    articles      BIGINT NOT NULL DEFAULT 0,
    answered      TEXT   NOT NULL, -- where the last document came from: its validators go nowhere else
    moved_to      TEXT   NOT NULL,
    moved_seen    BIGINT NOT NULL,
    period        BIGINT NOT NULL, -- milliseconds
    skip_hours    BIGINT NOT NULL, -- bits
    skip_days     BIGINT NOT NULL, -- bits
    partial       BOOLEAN NOT NULL
);

CREATE TABLE articles (
    id          TEXT    PRIMARY KEY,
    feed        TEXT    NOT NULL REFERENCES feeds (url),
    keys        TEXT    NOT NULL,
    guid        TEXT    NOT NULL,
    url         TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    author      TEXT    NOT NULL,
    excerpt     TEXT    NOT NULL,
    content     TEXT    NOT NULL,
    image       TEXT    NOT NULL,
    image_alt   TEXT    NOT NULL,
    lang        TEXT    NOT NULL,
    categories  TEXT    NOT NULL,
    published   BIGINT,
    seen        BIGINT  NOT NULL,
    first_fetch BOOLEAN NOT NULL
);

CREATE INDEX articles_feed ON articles (feed, (COALESCE(published, seen)));

-- Every key an article ever had. By the strong ones it is found again; the others are its aliases,
-- which articles of one feed may share.
CREATE TABLE article_keys (
    feed    TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    article TEXT    NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    strong  BOOLEAN NOT NULL,
    PRIMARY KEY (feed, name, article)
);

CREATE UNIQUE INDEX article_keys_strong ON article_keys (feed, name) WHERE strong;

CREATE INDEX article_keys_article ON article_keys (article);

CREATE TABLE newsletters (
    name    TEXT   PRIMARY KEY,
    started BIGINT NOT NULL -- slots before it are not missed
);

CREATE TABLE issues (
    id         TEXT    PRIMARY KEY,
    newsletter TEXT    NOT NULL,
    number     BIGINT  NOT NULL,
    slot       BIGINT  NOT NULL,
    created    BIGINT  NOT NULL,
    due        BIGINT  NOT NULL, -- of its earliest delivery
    manual     BOOLEAN NOT NULL,
    title      TEXT    NOT NULL,
    articles   BIGINT  NOT NULL,
    state      TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    body       TEXT    NOT NULL, -- the frozen issue as JSON
    UNIQUE (newsletter, number)
);

CREATE INDEX issues_state ON issues (state);

CREATE TABLE pictures (
    issue  TEXT   NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    cid    TEXT   NOT NULL,
    type   TEXT   NOT NULL,
    data   BYTEA  NOT NULL,
    width  BIGINT NOT NULL,
    height BIGINT NOT NULL,
    PRIMARY KEY (issue, cid)
);

CREATE TABLE slots (
    newsletter TEXT   NOT NULL,
    slot       BIGINT NOT NULL,
    outcome    TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    issue      TEXT   REFERENCES issues (id) ON DELETE SET NULL,
    recorded   BIGINT NOT NULL,
    PRIMARY KEY (newsletter, slot)
);

CREATE TABLE considered (
    newsletter TEXT   NOT NULL,
    article    TEXT   NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    issue      TEXT   REFERENCES issues (id) ON DELETE SET NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (newsletter, article)
);

CREATE INDEX considered_article ON considered (article);

CREATE TABLE subscribers (
    id          TEXT    PRIMARY KEY,
    address     TEXT    NOT NULL UNIQUE, -- digest.AddressKey of email
    email       TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    newsletters TEXT    NOT NULL,
    tags        TEXT    NOT NULL,
    listed      BOOLEAN NOT NULL, -- named by the configuration now
    created     BIGINT  NOT NULL
);

-- Who left which newsletter; '' is all of them.
CREATE TABLE departures (
    subscriber TEXT   NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    newsletter TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (subscriber, newsletter)
);

CREATE TABLE suppressions (
    address TEXT   PRIMARY KEY, -- digest.AddressKey
    reason  TEXT   NOT NULL,
    at      BIGINT NOT NULL
);

CREATE TABLE deliveries (
    id           TEXT   PRIMARY KEY,
    issue        TEXT   NOT NULL REFERENCES issues (id) ON DELETE CASCADE,
    newsletter   TEXT   NOT NULL,
    subscriber   TEXT   NOT NULL REFERENCES subscribers (id),
    email        TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    tags         TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    due          BIGINT NOT NULL,
    next         BIGINT NOT NULL,
    tries        BIGINT NOT NULL,
    reply        TEXT   NOT NULL,
    leased_by    TEXT,   -- the process that is sending it …
    leased_until BIGINT, -- … and when another may take over
    UNIQUE (issue, subscriber)
);

CREATE INDEX deliveries_waiting ON deliveries (issue, next) WHERE state IN ('queued', 'deferred', 'unknown');

CREATE INDEX deliveries_leased ON deliveries (leased_until) WHERE state = 'sending';

CREATE INDEX deliveries_state ON deliveries (issue, state);
