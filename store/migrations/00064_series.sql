-- +goose Up
-- Filings that one line asked for in several accounts; '': a filing of its own.
alter table article_filing add column series text not null default '';
create index article_filing_series on article_filing (series) where series <> '';

-- +goose Down
drop index article_filing_series;
alter table article_filing drop column series;
