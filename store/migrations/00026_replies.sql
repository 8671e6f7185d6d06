-- +goose Up
-- What a reply in a thread says, where that is not drawn from its request.
alter table place add column says text not null default '';
-- How many approvals a broadcast needs whatever the policy says.
alter table broadcast add column at_least bigint not null default 0;

-- +goose Down
alter table broadcast drop column at_least;
alter table place drop column says;
