-- Whoever charges names an organization or team, and not its workspace.
CREATE INDEX chain_links_target_id_position_idx ON chain_links (target_id, position);
