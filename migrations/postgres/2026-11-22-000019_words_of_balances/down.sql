ALTER TABLE balances ADD CONSTRAINT balances_node_type_check
    CHECK (node_type IN ('workspace_pool', 'account_pool', 'organization', 'team'));
