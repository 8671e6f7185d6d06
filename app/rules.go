package app

import (
	"errors"
	"fmt"

	"magpie/commands"
	"magpie/config"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/sending"
)

// rules are the settings that only the rooms themselves understand.
type rules struct {
	quiet  schedules.Quiet
	policy outbox.Policy
	rates  outbox.Rates
	limit  outbox.FailureLimit
	in     commands.CommandsIn
}

func readRules(cfg config.Config) (r rules, err error) {
	var errs [5]error
	appIDs := make(map[string]string, len(cfg.Accounts))
	for _, a := range cfg.Accounts {
		appIDs[a.Name] = a.AppID
	}
	r.policy, errs[0] = outbox.ParsePolicy(cfg.Approvals, commands.KindNames, appIDs)
	r.rates, errs[1] = sending.ParseRates(cfg.Rates, commands.KindNames, appIDs)
	r.limit, errs[2] = sending.ParseFailureLimit(cfg.FailureLimit)
	if r.quiet, errs[3] = schedules.ParseQuiet(cfg.QuietHours); errs[3] != nil {
		errs[3] = fmt.Errorf("QUIET_HOURS %w", errs[3])
	}
	r.in, errs[4] = commands.ParseCommandsIn(cfg.CommandsIn)
	return r, errors.Join(errs[:]...)
}
