package outbox

import "magpie/sending"

// What kinds and audiences are made of is the engine's; whoever registers or asks names it
// here.
type (
	Receipt      = sending.Receipt
	Repeat       = sending.Repeat
	Quota        = sending.Quota
	Tally        = sending.Tally
	Broadcast    = sending.Broadcast
	Sample       = sending.Sample
	Audience     = sending.Audience
	Audiences    = sending.Audiences
	Member       = sending.Member
	Skipped      = sending.Skipped
	LeftOut      = sending.LeftOut
	Rates        = sending.Rates
	FailureLimit = sending.FailureLimit
	Obstacle     = sending.Obstacle
	Sharer       = sending.Sharer
)

// See the engine's constants of these names.
const (
	RepeatAsk          = sending.RepeatAsk
	RepeatHarmless     = sending.RepeatHarmless
	RepeatDeduplicated = sending.RepeatDeduplicated

	NoObstacle = sending.NoObstacle
	TooFast    = sending.TooFast
	QuotaSpent = sending.QuotaSpent
	NoAccess   = sending.NoAccess

	SourceFollowers = sending.SourceFollowers
	SourceTag       = sending.SourceTag

	SourceSubscribed = sending.SourceSubscribed
)

// endOf is the state of a request all of whose deliveries have ended.
func endOf(o sending.Order) State {
	t := o.Tally
	switch {
	case t.Stopped > 0 || o.Progress.RemainingAs == sending.Stopped:
		return Stopped
	case t.Unclear > 0:
		return Unclear
	case t.Failed == 0:
		return Done
	case t.Done == 0:
		return Failed
	}
	return Partly
}
