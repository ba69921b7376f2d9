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

-- What a model answered, by the hash of all that it was asked; '' was no summary.
CREATE TABLE model_answers (
    hash    TEXT   PRIMARY KEY,
    summary TEXT   NOT NULL,
    refused TEXT   NOT NULL, -- why the answer was not taken
    at      BIGINT NOT NULL
);

CREATE INDEX model_answers_at ON model_answers (at);

-- What models were asked, by the day in UTC (days since 1970).
CREATE TABLE model_usage (
    endpoint TEXT   NOT NULL,
    day      BIGINT NOT NULL,
    calls    BIGINT NOT NULL,
    tokens   BIGINT NOT NULL,
    PRIMARY KEY (endpoint, day)
);
