-- What makes a feed client well-behaved: where a feed went, and when it wants to be left alone.

-- +goose Up

ALTER TABLE feeds ADD COLUMN answered TEXT NOT NULL DEFAULT ''; -- where the last document came from: its validators go nowhere else

ALTER TABLE feeds ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';

ALTER TABLE feeds ADD COLUMN moved_seen BIGINT NOT NULL DEFAULT 0;

ALTER TABLE feeds ADD COLUMN period BIGINT NOT NULL DEFAULT 0; -- milliseconds

ALTER TABLE feeds ADD COLUMN skip_hours BIGINT NOT NULL DEFAULT 0; -- bits

ALTER TABLE feeds ADD COLUMN skip_days BIGINT NOT NULL DEFAULT 0;

ALTER TABLE feeds ADD COLUMN partial BOOLEAN NOT NULL DEFAULT FALSE;

-- Without redirects, that is where it came from; with them, it had no validators.
UPDATE feeds SET answered = CASE location WHEN '' THEN url ELSE location END WHERE last_success IS NOT NULL;
