-- Whether the limit only observes, and refuses nothing (L8).
ALTER TABLE balances ADD COLUMN observed boolean NOT NULL DEFAULT false
    CONSTRAINT balances_observed_check CHECK (NOT observed OR cap IS NOT NULL);
