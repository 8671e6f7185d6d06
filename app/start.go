package app

import (
	"context"
	"log/slog"
	"net/url"
	"strings"

	"magpie/config"
	"magpie/logs"
	"magpie/zones"
)

// tellStart says in one line what starts: on which database, for whom, in which zone.
func (h *house) tellStart(cfg config.Config, log *slog.Logger) {
	accounts := make([]string, len(cfg.Accounts))
	for i, a := range cfg.Accounts {
		accounts[i] = a.AppID
	}
	b := built()
	log.Info("magpie starts", "database", shownDatabase(cfg.DatabaseURL), "accounts", strings.Join(accounts, ","), "zone", cfg.Zone.String(),
		"version", b.Version, "commit", b.Commit, "zones", zones.Current().String())
}

// shownDatabase is an address without who logs in by what: sqlite:PATH, or host/name.
func shownDatabase(address string) string {
	if strings.HasPrefix(address, "sqlite:") {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return "postgres" // an address that pgx reads and Go does not
	}
	return "postgres://" + u.Host + u.Path
}

// watchOutages says how to ask whether the database and Slack are back.
func (h *house) watchOutages(o *logs.Outages) {
	if h.db.Postgres() {
		o.Probe(logs.Database, func(ctx context.Context) bool { return h.db.Ping(ctx) == nil })
	}
	o.Probe(logs.Slack, func(context.Context) bool { return h.bot.Ready() })
}
