-- The columns with days in the open go, with the indexes and checks on them.

-- Where an episode stands in lists tells its month, and no day any more.
UPDATE access_grant SET rank = (SELECT CASE e.state WHEN 'open' THEN '1 ' WHEN 'ending' THEN CASE e.waiting WHEN 1 THEN '2w' ELSE '2 ' END ELSE '3 ' END
    || e.month FROM episode e WHERE e.id = access_grant.object_id)
  WHERE kind = 'episode' AND EXISTS (SELECT 1 FROM episode e WHERE e.id = access_grant.object_id);

ALTER TABLE audit DROP COLUMN day;
ALTER TABLE audit ALTER COLUMN times SET NOT NULL, ALTER COLUMN mark SET NOT NULL, ALTER COLUMN month DROP DEFAULT, ADD UNIQUE (mark),
  ADD CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(month) <= 7 AND month NOT LIKE '% %' AND
    length(account_id) <= 64 AND account_id NOT LIKE '% %' AND length(action) <= 64 AND action NOT LIKE '% %' AND
    length(kind) <= 64 AND kind NOT LIKE '% %' AND length(object_id) <= 64 AND object_id NOT LIKE '% %');
ALTER TABLE audit_day DROP COLUMN day, DROP COLUMN entries;
ALTER TABLE audit_day ALTER COLUMN times SET NOT NULL, ADD PRIMARY KEY (no);
ALTER TABLE episode DROP COLUMN contacted, DROP COLUMN wait, DROP COLUMN decision_day, DROP COLUMN opened, DROP COLUMN closed, DROP COLUMN erase_on;
ALTER TABLE episode ALTER COLUMN times SET NOT NULL, ALTER COLUMN month DROP DEFAULT,
  ADD CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND
    length(request_id) <= 64 AND request_id NOT LIKE '% %' AND length(model) <= 64 AND model NOT LIKE '% %' AND
    length(part) <= 64 AND part NOT LIKE '% %' AND length(lang) <= 64 AND lang NOT LIKE '% %' AND
    length(channel) <= 64 AND channel NOT LIKE '% %' AND length(referrer) <= 64 AND referrer NOT LIKE '% %' AND
    length(decision_ground) <= 64 AND decision_ground NOT LIKE '% %' AND length(month) <= 7 AND month NOT LIKE '% %');
ALTER TABLE safe_contact DROP COLUMN last_day, DROP COLUMN asked, DROP COLUMN replied;
ALTER TABLE safe_contact ALTER COLUMN times SET NOT NULL;
ALTER TABLE ending DROP COLUMN day;
ALTER TABLE ending ADD CONSTRAINT has_day CHECK ((follow_up = 'none') = (times IS NULL)),
  ADD CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND length(answer) <= 64 AND answer NOT LIKE '% %');
ALTER TABLE commitment DROP COLUMN agreed, DROP COLUMN recorded;
ALTER TABLE commitment ALTER COLUMN times SET NOT NULL,
  ADD CONSTRAINT social_worker CHECK (child_welfare = 0 OR social_worker IS NOT NULL),
  ADD CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %' AND length(route) <= 40 AND route NOT LIKE '% %');
ALTER TABLE commitment_period DROP COLUMN first_day, DROP COLUMN last_day, DROP COLUMN recorded;
ALTER TABLE commitment_period ALTER COLUMN mark SET NOT NULL, ALTER COLUMN times SET NOT NULL, ADD PRIMARY KEY (episode_id, no), ADD UNIQUE (mark),
  ADD CONSTRAINT no_text CHECK (length(episode_id) <= 64 AND episode_id NOT LIKE '% %');
ALTER TABLE joint_party DROP COLUMN wish_day, DROP COLUMN word_until;
ALTER TABLE joint_party ADD CONSTRAINT whose_wish CHECK (wish IS NULL OR role = 'experienced'),
  ADD CONSTRAINT word_before CHECK ((word IS NULL) = (word_times IS NULL) AND (word IS NULL OR (joint_id IS NULL AND wish IS NOT NULL))),
  ADD CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %' AND length(home_id) <= 64 AND home_id NOT LIKE '% %' AND
    length(joint_id) <= 64 AND joint_id NOT LIKE '% %' AND length(seat_id) <= 64 AND seat_id NOT LIKE '% %');
ALTER TABLE joint_hold DROP COLUMN shows;
ALTER TABLE joint_hold ALTER COLUMN times SET NOT NULL,
  ADD CONSTRAINT no_text CHECK (length(appointment_id) <= 64 AND appointment_id NOT LIKE '% %');
ALTER TABLE emergency DROP COLUMN day, DROP COLUMN until;
ALTER TABLE emergency ALTER COLUMN times SET NOT NULL, ADD CONSTRAINT no_text CHECK (length(id) <= 64 AND id NOT LIKE '% %');
-- Who is out is told while it lasts, and not at which meeting.
ALTER TABLE outing DROP COLUMN appointment_id;
ALTER TABLE outing ALTER COLUMN meeting SET NOT NULL,
  ADD CONSTRAINT no_text CHECK (length(account_id) <= 64 AND account_id NOT LIKE '% %' AND length(unit_id) <= 64 AND unit_id NOT LIKE '% %' AND
    length(seen_by) <= 64 AND seen_by NOT LIKE '% %');

CREATE INDEX audit_month ON audit(month, account_id, object_id);
CREATE INDEX audit_staff ON audit(month) WHERE kind IN ('account', 'unit');
CREATE INDEX audit_emergency ON audit(object_id) WHERE action = 'emergency';
CREATE INDEX episode_state ON episode(state, month);
CREATE INDEX safe_contact_kept ON safe_contact(person_id) WHERE address IS NOT NULL;
CREATE INDEX safe_contact_replied ON safe_contact(person_id) WHERE reply = 1;
CREATE INDEX ending_waits ON ending(episode_id) WHERE times IS NOT NULL AND answer = '';

-- Written anew, so that no page of the former tables' files holds a day: a file that is replaced is removed.
ALTER TABLE audit ALTER COLUMN link TYPE BYTEA USING link || ''::bytea;
ALTER TABLE audit_day ALTER COLUMN seal TYPE BYTEA USING seal || ''::bytea;
ALTER TABLE episode ALTER COLUMN version TYPE BIGINT USING version + 0;
ALTER TABLE safe_contact ALTER COLUMN hour_from TYPE BIGINT USING hour_from + 0;
ALTER TABLE ending ALTER COLUMN times TYPE BYTEA USING times || ''::bytea;
ALTER TABLE commitment ALTER COLUMN workers TYPE BIGINT USING workers + 0;
ALTER TABLE commitment_period ALTER COLUMN times TYPE BYTEA USING times || ''::bytea;
ALTER TABLE joint_party ALTER COLUMN wish TYPE BYTEA USING wish || ''::bytea;
ALTER TABLE joint_hold ALTER COLUMN times TYPE BYTEA USING times || ''::bytea;
ALTER TABLE emergency ALTER COLUMN times TYPE BYTEA USING times || ''::bytea;
ALTER TABLE outing ALTER COLUMN told TYPE BIGINT USING told + 0;
ALTER TABLE access_grant ALTER COLUMN relation TYPE TEXT COLLATE "C" USING relation || '';

CREATE TRIGGER audit_kept BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_kept();
