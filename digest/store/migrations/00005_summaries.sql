-- +goose Up

-- What the page of an article said, or why it said nothing. An article without a row was not asked for its page.
CREATE TABLE article_pages (
    article     TEXT   PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    description TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    error       TEXT   NOT NULL,
    tries       BIGINT NOT NULL,
    host        TEXT   NOT NULL, -- that was asked
    rest        BIGINT,          -- the host asked not to be asked again before
    next        BIGINT           -- when it is tried again; NULL: never
);

CREATE INDEX article_pages_next ON article_pages (next) WHERE next IS NOT NULL;

CREATE INDEX article_pages_rest ON article_pages (rest) WHERE rest IS NOT NULL;

-- What a model answered, by the hash of all that it was asked.
CREATE TABLE model_answers (
    hash    TEXT   PRIMARY KEY,
    summary TEXT   NOT NULL, -- '' if it was not taken …
    refused TEXT   NOT NULL, -- … and why
    at      BIGINT NOT NULL
);

CREATE INDEX model_answers_at ON model_answers (at);

-- What each endpoint was asked today, and how it does.
CREATE TABLE model_endpoints (
    endpoint TEXT   PRIMARY KEY,
    day      BIGINT NOT NULL, -- since 1970, in UTC
    calls    BIGINT NOT NULL, -- on that day
    tokens   BIGINT NOT NULL, -- on that day
    failures BIGINT NOT NULL, -- in a row
    rest     BIGINT           -- it is left alone before
);
