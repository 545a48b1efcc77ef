using System.Buffers;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

// floor ADDRESS:PORT CERTIFICATE KEY
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var certificate = X509Certificate2.CreateFromPemFile(args[1], args[2]);
builder.WebHost.UseKestrelHttpsConfiguration();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
    kestrel.Listen(IPEndPoint.Parse(args[0]), listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate));
});
var app = builder.Build();
app.Run(async context =>
{
    string uid;
    using (var review = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))
    {
        uid = review.RootElement.GetProperty("request"u8).GetProperty("uid"u8).GetString()!;
    }

    var answer = new ArrayBufferWriter<byte>();
    using (var writer = new Utf8JsonWriter(answer))
    {
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, "admission.k8s.io/v1"u8);
        writer.WriteString("kind"u8, "AdmissionReview"u8);
        writer.WriteStartObject("response"u8);
        writer.WriteString("uid"u8, uid);
        writer.WriteBoolean("allowed"u8, true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    context.Response.ContentType = "application/json";
    context.Response.ContentLength = answer.WrittenCount;
    await context.Response.Body.WriteAsync(answer.WrittenMemory, context.RequestAborted);
});
await app.RunAsync();
