-- +goose Up
-- How many milliseconds after its scheduled instant something that was approved ahead of it
-- may begin; 0: as long as anything else.
alter table request add column grace bigint not null default 0;
-- Who had a share in it beside whoever asked, by their Slack ids, with spaces between: their
-- approval does not count.
alter table request add column behind text not null default '';

-- +goose Down
alter table request drop column behind;
alter table request drop column grace;
