-- What ages, what is forgotten, and what the admin was told.

-- +goose Up

ALTER TABLE articles ADD COLUMN gone BIGINT; -- when a document of the feed first lacked it; NULL while the last one has it

ALTER TABLE feeds ADD COLUMN documented BIGINT; -- when the last document came that held an article: by this its articles age

ALTER TABLE feeds ADD COLUMN closed BOOLEAN NOT NULL DEFAULT FALSE; -- it answered 410

CREATE INDEX articles_shown ON articles (feed, id) WHERE gone IS NULL;

CREATE INDEX articles_gone ON articles (gone) WHERE gone IS NOT NULL;

CREATE INDEX considered_issue ON considered (issue);

CREATE TABLE reports (
    subject TEXT   PRIMARY KEY, -- what is in trouble
    since   BIGINT NOT NULL,    -- when it began
    told    BIGINT NOT NULL     -- when the admin was told
);
