using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SelfHealGitOps.Webhook.Telemetry;

/// <summary>
/// Sends spans over OTLP, where it is configured: as the variables OTEL_* say, of which the command line can say the endpoint. Spans
/// wait in a bounded queue and are sent behind everybody's back; when nobody takes them they are dropped.
/// </summary>
internal static class TraceExport
{
    public static bool IsWanted(WebhookOptions options) =>
        options.OtlpEndpoint is not null
        || Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") is { Length: > 0 };

    /// <summary>Null where nothing is to be sent; then nothing of OpenTelemetry is even loaded.</summary>
    public static IDisposable? Start(WebhookOptions options) => IsWanted(options) ? StartWanted(options) : null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TracerProvider StartWanted(WebhookOptions options) =>
        Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("selfheal-webhook", serviceVersion: ProcessMetrics.Version))
            .AddSource(ReviewTraces.SourceName)
            .AddOtlpExporter(exporter =>
            {
                if (options.OtlpEndpoint is { } endpoint)
                {
                    // An endpoint that is set here is taken as it stands, unlike the variable's.
                    var usesGrpc = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc";
                    exporter.Protocol = usesGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                    exporter.Endpoint = usesGrpc ? endpoint : new(endpoint.AbsoluteUri.TrimEnd('/') + "/v1/traces");
                }
            })
            .Build();
}
