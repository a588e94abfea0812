-- What is written of the ledger says that it is as expected; if not, this fails the statement, and nothing is written.
CREATE DOMAIN ledger_as_expected AS boolean CONSTRAINT ledger_as_expected CHECK (VALUE);
