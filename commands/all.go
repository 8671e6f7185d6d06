package commands

import (
	"magpie/articles"
	"magpie/outbox"
	"magpie/schedules"
)

// all names every command in help order.
func all() []*Command {
	return []*Command{
		subscribeSend(),
		templateSend(),
		uniformSend(),
		audienceImport(),
		audienceTag(),
		audienceFollowers(),
		audienceTrial(),
		audienceList("audience list"),
		audienceShow(),
		audienceRows(),
		audienceRemove(),
		unsubscribeAdd(),
		unsubscribeRemove(),
		unsubscribeList(),
		activityCreate(),
		activityUpdate(),
		newsUpload(),
		articleDraft(),
		articleImport(),
		articlesList(),
		articleShow(),
		articleOutline(),
		articleEdit(),
		articleRevise(),
		articleDiff(),
		articleHistory(),
		articleCheck(),
		articleWaive(),
		articleCover(),
		articlePreview(),
		articleUpload(),
		articlePublish(),
		articleStop(),
		articleAgain(),
		articleRemove(),
		preview(),
		massSend(),
		templates(),
		templateName(),
		drafts(),
		draftShow(),
		materialList(),
		materialUpload(),
		followers(),
		tags(),
		quota(),
		rid(),
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
		pauseRequest(),
		resumeRequest(),
		stopRequest(),
		pauseAll(),
		resumeAll(),
		help(),
		anyway(),
		againFailed(),
		trial(),
		rows(),
		scheduleMissed(),
		articleMend(),
		audienceList("audiences"),
	}
}

// KindNames are the names of all kinds of request, as APPROVALS may name them.
var KindNames = []string{
	"subscribe.send", "template.send", "uniform.send", "mass.send", "mass.preview", "activity.create", "activity.update", "news.upload",
	"article.upload", "article.publish", "article.preview", articles.MaterialKind, schedules.Kind,
}

// registerKinds makes the kinds of KindNames known to the outbox, but for the one that
// the schedules register themselves.
func registerKinds(o *outbox.Outbox, b *Book) {
	w, d := b.wechat, b.articles
	outbox.Register(o, subscribeSendKind(b, w))
	outbox.Register(o, uniformSendKind(b, w))
	outbox.Register(o, activityCreateKind(w))
	outbox.Register(o, activityUpdateKind(w))
	outbox.Register(o, newsUploadKind(w))
	outbox.Register(o, articleUploadKind(d))
	outbox.Register(o, articlePublishKind(d))
	outbox.Register(o, articlePreviewKind(d))
	outbox.Register(o, materialUploadKind(d))
	outbox.Register(o, templateSendKind(b, w))
	outbox.Register(o, massPreviewKind(w, d))
	outbox.Register(o, massSendKind(w, d))
}
