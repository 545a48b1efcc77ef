namespace SelfHealGitOps.Bot.Install;

/// <summary>
/// What the webhook may do: read namespaces, and the owner that a pod names. Its leader has one Lease and the two
/// configurations of its own, each by name, and one Secret where it manages certificates; a creation cannot be bound to a
/// name, and is bound to its namespace. It can list no Secret anywhere.
/// </summary>
internal static class AccessManifests
{
    public static IEnumerable<string> Of(Installation installation)
    {
        yield return $"""
            apiVersion: v1
            kind: ServiceAccount
            {InstalledObjects.Metadata(installation)}automountServiceAccountToken: false

            """;
        yield return $"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            {InstalledObjects.Metadata(installation, isNamespaced: false)}rules:
              # Modes and exemptions go by the labels of namespaces.
              - apiGroups: [""]
                resources: [namespaces]
                verbs: [get, list, watch]
              # A pod inherits the exemption of the Deployment or CronJob behind its owner.
              - apiGroups: [apps]
                resources: [replicasets]
                verbs: [get]
              - apiGroups: [batch]
                resources: [jobs]
                verbs: [get]
              # {(installation.ManagesCertificates ? "The leader writes its authority and the rules into them." : "The leader puts their rules back after a break-glass.")}
              - apiGroups: [admissionregistration.k8s.io]
                resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
                resourceNames: [{installation.Name}]
                verbs: [get, patch]

            """;
        yield return Binding(installation, "Cluster");
        yield return $"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            {InstalledObjects.Metadata(installation)}rules:
              - apiGroups: [coordination.k8s.io]
                resources: [leases]
                resourceNames: [{installation.Name}]
                verbs: [get, patch, update]
              # To create cannot be bound to a name.
              - apiGroups: [coordination.k8s.io]
                resources: [leases]
                verbs: [create]
            {YamlText.If(installation.ManagesCertificates, $"""
              - apiGroups: [""]
                resources: [secrets]
                resourceNames: [{YamlText.Scalar(installation.SecretName)}]
                verbs: [get, patch, update]
              - apiGroups: [""]
                resources: [secrets]
                verbs: [create]

            """)}
            """;
        yield return Binding(installation, "");
    }

    private static string Binding(Installation installation, string scope) => $"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: {scope}RoleBinding
        {InstalledObjects.Metadata(installation, isNamespaced: scope.Length == 0)}roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: {scope}Role
          name: {installation.Name}
        subjects:
          - kind: ServiceAccount
            name: {installation.Name}
            namespace: {YamlText.Scalar(installation.Namespace)}

        """;
}
