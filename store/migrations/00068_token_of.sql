-- +goose Up
-- What a token is called is its owner's: two people may call theirs the same.
alter table api_token rename to api_token_before;
create table api_token (
    owner text not null,
    name text not null,
    hash text not null,
    made_at bigint not null,
    primary key (owner, name)
);
insert into api_token (owner, name, hash, made_at) select owner, name, hash, made_at from api_token_before;
drop table api_token_before;
create unique index api_token_by_hash on api_token (hash);

-- +goose Down
drop index api_token_by_hash;
alter table api_token rename to api_token_before;
create table api_token (
    name text primary key,
    owner text not null,
    hash text not null unique,
    made_at bigint not null
);
insert into api_token (name, owner, hash, made_at) select name, owner, hash, made_at from api_token_before where true on conflict do nothing;
drop table api_token_before;
