DROP DOMAIN ledger_as_expected;
