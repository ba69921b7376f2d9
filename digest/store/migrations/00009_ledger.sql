-- What a sender has on the wire stands in its own row, written again with each commit: a delivery changes when it is claimed and when its result
-- is known, and no more. None has the state 'sending' any longer.

-- +goose Up

ALTER TABLE senders ADD COLUMN wire TEXT NOT NULL DEFAULT '[]'; -- ids of deliveries, those that may be on the wire, as a list

INSERT INTO senders (id, until)
SELECT DISTINCT d.leased_by, 0 FROM deliveries d
WHERE d.state = 'sending' AND d.leased_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM senders w WHERE w.id = d.leased_by);

UPDATE senders SET wire = (SELECT '["' || string_agg(d.id, '","') || '"]' FROM deliveries d WHERE d.leased_by = senders.id AND d.state = 'sending')
WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.leased_by = senders.id AND d.state = 'sending');

UPDATE deliveries SET state = CASE WHEN tries > 0 THEN 'deferred' ELSE 'queued' END WHERE state = 'sending';
