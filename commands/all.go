package commands

import (
	"magpie/articles"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/wechat/apis"
)

// all names every command in help order.
func all() []*Command {
	return []*Command{
		subscribeSend(),
		weappSubscribeSend(),
		templateSend(),
		uniformSend(),
		customSend(),
		audienceImport(),
		audienceTag(),
		audienceSubscribed(),
		audienceFollowers(),
		audienceTrial(),
		audienceList("audience list"),
		audienceShow(),
		audienceRows(),
		audienceRemove(),
		unsubscribeAdd(),
		unsubscribeRemove(),
		unsubscribeList(),
		accounts(),
		accountUse(),
		activityCreate(),
		activityUpdate(),
		newsUpload(),
		articleDraft(),
		articleImport(),
		articlesList(),
		articleShow(),
		articleOutline(),
		articleEdit(),
		articleTheme(),
		articleRevise(),
		articleTranslate(),
		articleDiff(),
		articleHistory(),
		articleCheck(),
		articleWaive(),
		articleCover(),
		articlePreview(),
		articleUpload(),
		articlePublish(),
		articleTakeBack(),
		articleResults(),
		comments(),
		commentReply(),
		commentUnreply(),
		commentFeature(),
		commentUnfeature(),
		commentDelete(),
		commentOpen(),
		commentClose(),
		articleStop(),
		articleAgain(),
		articleRemove(),
		preview(),
		massSend(),
		massDelete(),
		templates("templates"),
		templates("weapp templates"),
		templateName(),
		templateCategories(),
		templateLibrary(),
		templateAdd(),
		templateDelete(),
		drafts(),
		draftShow(),
		materialList(),
		materialUpload(),
		picturesUpload(),
		followers(),
		tags(),
		tagCreate(),
		tagAdd(),
		tagRemove(),
		qrcode(),
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
		check(),
		save(),
		saved(),
		savedRemove(),
		say(),
		requests(),
		show(),
		reasons(),
		audit(),
		forget(),
		details(),
		approve(),
		reject(),
		askChanges(),
		change(),
		withdraw(),
		again(),
		leave(),
		pauseRequest(),
		resumeRequest(),
		stopRequest(),
		me(),
		away(),
		whoMay(),
		tokenNew(),
		tokenRevoke(),
		tokens(),
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
		start(),
		forms(),
		sendThis(),
		plainWords(),
		home(),
	}
}

// kinds are all kinds of request, each with the API by which its deliveries go: the one that
// carries it out where there are several. What is uploaded before, or looked up, is not the
// delivery.
var kinds = []struct {
	name string
	api  apis.API
}{
	{"subscribe.send", apis.SubscribeSend},
	{"weapp.subscribe.send", apis.WeappSubscribeSend},
	{"template.send", apis.TemplateSend},
	{"uniform.send", apis.UniformSend},
	{"template.add", apis.LibraryAdd},
	{"template.delete", apis.LibraryDelete},
	{"mass.send", apis.MassAll},
	{"mass.delete", apis.MassDelete},
	{"mass.preview", apis.MassPreview},
	{"activity.create", apis.CreateActivityID},
	{"activity.update", apis.SetUpdatableMsg},
	{"news.upload", apis.UploadNews},
	{"article.upload", apis.DraftAdd},
	{"article.publish", apis.PublishSubmit},
	{"article.take_back", apis.PublishDelete},
	{"article.preview", apis.MassPreview},
	{articles.MaterialKind, apis.AddMaterial},
	{schedules.Kind, apis.API{Path: "none"}}, // nothing goes to WeChat
	{"custom.send", apis.CustomSend},
	{articles.PicturesKind, apis.UploadImg},
	{"tag.create", apis.TagCreate},
	{"tag.add", apis.TagAdd},
	{"tag.remove", apis.TagRemove},
	{"qrcode.create", apis.QRCreate},
}

// KindNames are the names of all kinds of request, as APPROVALS may name them.
var KindNames = kindNames()

func kindNames() (all []string) {
	for _, k := range kinds {
		all = append(all, k.name)
	}
	return all
}

// APIOf is the path of WeChat's API by which the deliveries of a kind go: "none" where nothing
// goes there.
func APIOf(kind string) string {
	for _, k := range kinds {
		if k.name == kind {
			return k.api.Path
		}
	}
	return "none"
}

// registerKinds makes the kinds of KindNames known to the outbox as an account has them, but
// for the one that the schedules register themselves.
func registerKinds(o *outbox.Outbox, b *Book) {
	account, w, d, after := b.account, b.wechat.Client, b.articles, b.outcomes
	register(o, account, subscribeSendKind(b, w))
	register(o, account, weappSubscribeSendKind(b, w))
	register(o, account, uniformSendKind(b, w))
	register(o, account, templateAddKind(b, w))
	register(o, account, templateDeleteKind(b, w))
	register(o, account, activityCreateKind(w))
	register(o, account, activityUpdateKind(w))
	register(o, account, newsUploadKind(w))
	register(o, account, articleUploadKind(d))
	register(o, account, articlePublishKind(d, account, after))
	register(o, account, articleTakeBackKind(d, account, after))
	register(o, account, articlePreviewKind(d, account))
	register(o, account, materialUploadKind(d, account))
	register(o, account, templateSendKind(b, w))
	register(o, account, massPreviewKind(w, d, account))
	register(o, account, massSendKind(w, d, account, b.wechat.Is(), after))
	register(o, account, massDeleteKind(w, account, after))
	register(o, account, customSendKind(w, d, account))
	register(o, account, picturesUploadKind(d, account))
	register(o, account, tagCreateKind(w))
	register(o, account, tagAddKind(w))
	register(o, account, tagRemoveKind(w))
	register(o, account, qrcodeKind(w, d))
}

// register makes a kind known as an account has it; "": as it is drawn for accounts that are
// not served.
func register[T any](o *outbox.Outbox, account string, k outbox.Kind[T]) {
	if account == "" {
		outbox.RegisterShown(o, k)
		return
	}
	k.Account = account
	outbox.Register(o, k)
}
