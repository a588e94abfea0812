ALTER TABLE balances DROP COLUMN observed;
