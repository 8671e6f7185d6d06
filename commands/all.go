package commands

import (
	"magpie/outbox"
	"magpie/schedules"
	"magpie/wechat"
)

// all names every command in help order.
func all() []*Command {
	return []*Command{
		subscribeSend(),
		uniformSend(),
		activityCreate(),
		activityUpdate(),
		newsUpload(),
		scheduleAdd(),
		scheduleOnce(),
		scheduleEdit(),
		scheduleList(),
		scheduleShow(),
		scheduleNext(),
		scheduleHistory(),
		schedulePause(),
		scheduleResume(),
		scheduleRun(),
		scheduleRemove(),
		requests(),
		show(),
		approve(),
		reject(),
		withdraw(),
		again(),
		leave(),
		pauseAll(),
		resumeAll(),
		help(),
		anyway(),
		scheduleMissed(),
	}
}

// KindNames are the names of all kinds of request, as APPROVALS may name them.
var KindNames = []string{"subscribe.send", "uniform.send", "activity.create", "activity.update", "news.upload", schedules.Kind}

// registerKinds makes the kinds of KindNames known to the outbox, but for the one that
// the schedules register themselves.
func registerKinds(o *outbox.Outbox, w *wechat.Client) {
	outbox.Register(o, subscribeSendKind(w))
	outbox.Register(o, uniformSendKind(w))
	outbox.Register(o, activityCreateKind(w))
	outbox.Register(o, activityUpdateKind(w))
	outbox.Register(o, newsUploadKind(w))
}
