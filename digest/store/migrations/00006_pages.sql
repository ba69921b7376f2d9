-- What people say of themselves on the pages.

-- +goose Up

ALTER TABLE subscribers ADD COLUMN muted TEXT NOT NULL DEFAULT '[]';  -- tags unfollowed
ALTER TABLE subscribers ADD COLUMN timezone TEXT NOT NULL DEFAULT ''; -- IANA; '' is the newsletter's
ALTER TABLE subscribers ADD COLUMN language TEXT NOT NULL DEFAULT ''; -- BCP 47; '' is the newsletter's
ALTER TABLE subscribers ADD COLUMN paused BIGINT;                     -- nothing comes before it
ALTER TABLE subscribers ADD COLUMN joined BIGINT;                     -- when they joined otherwise than by the configuration
ALTER TABLE subscribers ADD COLUMN chose BIGINT;                      -- when they last chose; from then on the configuration changes nothing of theirs

-- Who asked to join by the form. A row waits for its mail (next is set), then for its confirmation, and is forgotten in the end.
CREATE TABLE signups (
    id          TEXT   PRIMARY KEY,
    address     TEXT   NOT NULL, -- digest.AddressKey of email
    email       TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    newsletters TEXT   NOT NULL,
    tags        TEXT   NOT NULL,
    timezone    TEXT   NOT NULL,
    language    TEXT   NOT NULL,
    asked       BIGINT NOT NULL,
    next        BIGINT,          -- when its mail is tried; NULL once there is nothing to send
    tries       BIGINT NOT NULL DEFAULT 0,
    mailed      BIGINT,
    confirmed   BIGINT,
    subscriber  TEXT   REFERENCES subscribers (id) ON DELETE CASCADE -- once confirmed
);

CREATE INDEX signups_waiting ON signups (next) WHERE next IS NOT NULL;

CREATE INDEX signups_address ON signups (address);

-- How often something was done within a time, such as sign-ups from one network in an hour. The name says neither who nor where: it is a MAC.
CREATE TABLE limits (
    name  TEXT   NOT NULL,
    began BIGINT NOT NULL,
    ends  BIGINT NOT NULL,
    uses  BIGINT NOT NULL,
    PRIMARY KEY (name, began)
);
