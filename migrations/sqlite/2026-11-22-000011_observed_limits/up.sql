-- Whether the limit only observes, and refuses nothing (L8).
ALTER TABLE balances ADD COLUMN observed INTEGER NOT NULL DEFAULT 0
    CONSTRAINT balances_observed_check CHECK (observed = 0 OR observed = 1 AND cap IS NOT NULL);
