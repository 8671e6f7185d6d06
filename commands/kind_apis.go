package commands

import (
	"magpie/articles"
	"magpie/schedules"
	"magpie/wechat/apis"
)

// kindAPIs are the APIs by which the deliveries of a kind go, the one that carries it out where
// there are several: what is uploaded before, or looked up, is not the delivery.
var kindAPIs = map[string]apis.API{
	"subscribe.send":       apis.SubscribeSend,
	"weapp.subscribe.send": apis.WeappSubscribeSend,
	"template.send":        apis.TemplateSend,
	"uniform.send":         apis.UniformSend,
	"template.add":         apis.LibraryAdd,
	"template.delete":      apis.LibraryDelete,
	"mass.send":            apis.MassAll,
	"mass.delete":          apis.MassDelete,
	"mass.preview":         apis.MassPreview,
	"activity.create":      apis.CreateActivityID,
	"activity.update":      apis.SetUpdatableMsg,
	"news.upload":          apis.UploadNews,
	"article.upload":       apis.DraftAdd,
	"article.publish":      apis.PublishSubmit,
	"article.take_back":    apis.PublishDelete,
	"article.preview":      apis.MassPreview,
	articles.MaterialKind:  apis.AddMaterial,
	"custom.send":          apis.CustomSend,
	articles.PicturesKind:  apis.UploadImg,
	"tag.create":           apis.TagCreate,
	"tag.add":              apis.TagAdd,
	"tag.remove":           apis.TagRemove,
	"qrcode.create":        apis.QRCreate,
	schedules.Kind:         {Path: "none"}, // nothing goes to WeChat
}

// APIOf is the path of WeChat's API by which the deliveries of a kind go: "none" where nothing
// goes there.
func APIOf(kind string) string {
	if api, known := kindAPIs[kind]; known {
		return api.Path
	}
	return "none"
}
