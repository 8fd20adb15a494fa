-- Hard state only: whatever is here must be right after any crash. Times come from the writer's clock, never from now(),
-- so that one clock decides about lifetimes.

create table teams (
  id uuid primary key,
  name text not null,
  slug text not null unique,                    -- namespace of its templates
  concurrent_sandboxes integer not null check (concurrent_sandboxes >= 0),
  max_length_hours integer not null check (max_length_hours > 0),
  is_banned boolean not null default false,
  created_at timestamptz not null
);

create table team_api_keys (
  id uuid primary key,
  team_id uuid not null references teams (id) on delete cascade,
  name text not null,
  api_key_hash text not null unique,            -- '$sha256$' and base64; the key itself is never stored
  prefix text not null,
  value_length integer not null,
  mask_prefix text not null,
  mask_suffix text not null,
  created_at timestamptz not null,
  last_used timestamptz
);

create table envs (                             -- templates: what control counts about them; the node has the rest
  id text primary key,
  spawn_count bigint not null default 0,
  last_spawned_at timestamptz
);

create table sandboxes (
  id text collate "C" primary key,
  team_id uuid not null references teams (id),
  node text not null,
  template_id text not null,
  alias text,
  state text not null check (state in ('starting', 'running', 'killing', 'ended')),
  secured boolean not null,                     -- its agent demands the token derived from its id
  internet boolean,                             -- null: not said
  metadata jsonb not null,
  agent_version text,
  cpu_count integer,
  memory_mib bigint,
  disk_mib bigint,
  timeline jsonb,                               -- [{stage, ms}]
  created_at timestamptz not null,
  started_at timestamptz,                       -- the launch gate was passed
  end_at timestamptz,                           -- when it expires, as long as it runs
  ended_at timestamptz,
  end_reason text,                              -- stable slug: killed, timeout, vmm_exited, start_failed, ...
  end_message text,
  console text                                  -- last lines, kept for sandboxes that ended by themselves
);

create index sandboxes_listed on sandboxes (team_id, started_at desc, id) where state = 'running';
create index sandboxes_metadata on sandboxes using gin (metadata jsonb_path_ops) where state = 'running';
create index sandboxes_alive on sandboxes (team_id) where state in ('starting', 'running');
create index sandboxes_ended on sandboxes (ended_at) where state = 'ended';

create table idempotency_keys (
  team_id uuid not null references teams (id) on delete cascade,
  key text not null,
  fingerprint text not null,                    -- SHA-256 of what was asked
  owner uuid not null,                          -- which run of control works on it
  sandbox_id text,                              -- set when done
  created_at timestamptz not null,
  primary key (team_id, key)
);

create index idempotency_keys_age on idempotency_keys (created_at);
