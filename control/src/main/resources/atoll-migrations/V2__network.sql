-- What was asked for a sandbox's way out: {allowOut, denyOut, dnsServers}; null where nothing was said but `internet`.
alter table sandboxes add column network jsonb;
