-- Rows of every table, for SQLite: with every column, and with as few as there may be. `@7` is the id 7, `#7` a digest.
INSERT INTO users (id, issuer, subject, email, email_key, email_verified, name, picture, locale, said_at, allow_login, preferences, personal_team_id, current_team_id, created_at, updated_at) VALUES
    (@1, 'https://id.example.com', 'sub|1', 'Ada@example.com', 'ada@example.com', 1, 'Ада 👩‍💻 "O''Hara" \x', 'https://example.com/a.png', 'de-CH', 1700000000123456, 1, '{"a":[1,2.5,-3,null,true,"ü"],"b":{"c":9007199254740993}}', @41, @40, 1700000000000001, 1700000000999999),
    (@2, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, 0, '{}', NULL, NULL, 0, -1);
INSERT INTO workspaces (id, name, name_folded, description, billing_mode, ever_subscribed, next_transition_at, archived_at, created_at, updated_at, tree_version) VALUES
    (@10, 'ΟΔΟΣ', 'οδοσ', 'two
lines	and a tab', 'workspace', 1, 1800000000000000, 1900000000000000, 1, 2, 9223372036854775807),
    (@11, 'b', 'b', NULL, 'accounts', 0, NULL, NULL, 3, 4, 0);
INSERT INTO members VALUES (@10, @1, 'owner', 5, 6), (@11, @2, 'member', 7, 8);
INSERT INTO billing_accounts (workspace_id, id, name, email, phone, description, currency, address_country, address_line1, address_line2, address_city, address_state, address_postal_code, created_at, updated_at) VALUES
    (@10, @20, 'Ada', 'a@b.example', '+41', '', 'CHF', 'CH', '1', '2', '3', '4', '5', 1, 2),
    (@10, @21, 'Bob', 'b@b.example', NULL, NULL, 'EUR', NULL, NULL, NULL, NULL, NULL, NULL, 1, 2);
INSERT INTO organizations (workspace_id, id, name, name_folded, parent_id, path, depth, billing_account_id, picture, display_name, primary_color, page_background, created_at, updated_at) VALUES
    (@10, @31, 'child', 'child', @32, 'root', 1, NULL, NULL, NULL, NULL, NULL, 1, 2),
    (@10, @32, 'root', 'root', NULL, '', 0, @20, 'c0ffee.png', 'Root', 'red', 'white', 1, 2);
INSERT INTO login_hints VALUES ('acme', @10, @32);
INSERT INTO teams (workspace_id, id, organization_id, name, owner_id, is_personal, created_at, updated_at) VALUES
    (@10, @40, @31, 'Team', @1, 0, 1, 2), (@11, @41, NULL, 'Personal', @1, 1, 1, 2);
INSERT INTO team_members VALUES (@10, @40, @1, 1), (@11, @41, @2, 2);
INSERT INTO team_roles (workspace_id, id, team_id, name, name_folded, scopes, created_at, updated_at) VALUES (@10, @50, @40, 'Röle', 'röle', 'a b', 1, 2);
INSERT INTO team_member_roles VALUES (@10, @40, @1, @50);
INSERT INTO chain_links (workspace_id, target_id, position, node_type, node_id) VALUES
    (@10, @31, 0, 'account_pool', @20), (@10, @31, 1, 'organization', @32), (@10, @40, 3, 'team', @40);
INSERT INTO balances (workspace_id, node_type, node_id, meter, cap, direct, subtree, observed) VALUES
    (@10, 'organization', @32, 'users', 9223372036854775807, 1, 9223372036854775807, 1), (@10, 'workspace_pool', @10, 'users', NULL, 0, 0, 0);
INSERT INTO charges (workspace_id, meter, resource_id, organization_id, team_id, quantity, created_at, updated_at, reservation_id) VALUES
    (@10, 'users', 'r 1', @31, @40, 3, 1, 2, @60), (@10, 'users', 'R 1', NULL, @40, 1, 1, 2, NULL), (@10, 'users', 'é', @31, NULL, 1, 1, 2, NULL);
INSERT INTO reservations (workspace_id, id, meter, resource_id, organization_id, team_id, quantity, status, expires_at, created_at, updated_at) VALUES
    (@10, @60, 'users', 'r 1', @31, NULL, 3, 'held', 9, 1, 2), (@10, @61, 'users', 'r 2', NULL, @40, 3, 'expired', 9, 1, 2);
INSERT INTO subscriptions (workspace_id, id, billing_account_id, status, quantities, pending, cancel_at_period_end, metadata, period_anchor, period_start, period_end, trial_end, created_at, updated_at) VALUES
    (@10, @70, @20, 'active', '{"users":7}', '{"users":null}', 1, '{"k":"v"}', 1, 2, 3, 4, 5, 6), (@10, @71, @20, 'ended', '{}', '{}', 0, '{}', 1, 2, 3, NULL, 5, 6);
INSERT INTO event_feeds VALUES (@10, 2);
INSERT INTO events (workspace_id, position, id, at, actor, kind, subject, changes, team_id) VALUES
    (@10, 1, @80, 1, 'user', 'k', 's', '{"from":{},"to":[]}', @40), (@10, 2, @81, 1, 'system', 'k', 's', '{}', NULL);
INSERT INTO idempotency_keys VALUES ('user:1', 'k', #1, X'00ff7b', 1), ('user:1', 'K', #2, NULL, 2);
INSERT INTO invitations (workspace_id, id, team_id, email, email_key, role_id, inviter_id, expires_at, created_at, updated_at) VALUES
    (@10, @90, @40, 'E@x.example', 'e@x.example', @50, @1, 1, 2, 3);
INSERT INTO invitation_tokens VALUES (@10, @90, #3), (@10, @90, #4);
INSERT INTO mails (workspace_id, id, invitation_id, state, attempts, next_attempt_at, created_at) VALUES (@10, @91, @90, 'queued', 2147483647, 1, 2);
INSERT INTO api_credentials (workspace_id, id, team_id, creator_id, name, scopes, secret_hash, previous_hash, previous_until, expires_at, last_used_at, created_at, updated_at) VALUES
    (@10, @92, @40, @1, 'n', 's', #5, #6, 1, 2, 3, 4, 5), (@10, @93, @40, @1, 'n', 's', #7, NULL, NULL, NULL, NULL, 4, 5);
INSERT INTO user_keys (id, user_id, name, secret_hash, previous_hash, previous_until, expires_at, last_used_at, created_at, updated_at) VALUES
    (@94, @1, 'n', #5, #6, 1, 2, 3, 4, 5), (@95, @1, 'n', #7, NULL, NULL, NULL, NULL, 4, 5);
